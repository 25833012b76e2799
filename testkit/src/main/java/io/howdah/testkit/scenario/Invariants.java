package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.testkit.cluster.ClusterWatch;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for broken invariants (docs/high-availability.md, I1 to I10) in what nodes said, what they wrote into the log, what
 * they promised, and in the timelines on their disks.
 */
final class Invariants {
    private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");

    private record Rule(long term, int subterm, String leader, Set<String> members, int timeline) {
        static Rule parse(String line) {
            String[] fields = line.split("\\|");
            return new Rule(
                    Long.parseLong(fields[0]),
                    Integer.parseInt(fields[1]),
                    fields[2],
                    Set.of(fields[3].split(",")),
                    Integer.parseInt(fields[4]));
        }
    }

    private final LocalCluster cluster;
    private final ClusterWatch watch;
    private final Map<Long, String> servedBy = new HashMap<>();
    private final Map<Long, Integer> servedOn = new TreeMap<>();
    private final Map<String, Long> promised = new HashMap<>();
    private final Set<String> pardoned = new TreeSet<>();

    Invariants(LocalCluster cluster, ClusterWatch watch) {
        this.cluster = cluster;
        this.watch = watch;
    }

    /** A scenario takes a node's promise back by force: for once its term may fall. */
    void pardon(String node) {
        pardoned.add(node);
    }

    /** Call on a healthy cluster. */
    void check(Stage stage) throws SQLException, IOException {
        List<ClusterWatch.Sighting> trace = watch.takeTrace();
        trace.forEach(sighting -> checkStatus(sighting.status()));
        pardoned.clear();
        List<Rule> rules = rules(stage.direct(watch.leader()));
        checkRules(rules);
        for (Rule rule : rules) {
            String served = servedBy.getOrDefault(rule.term(), rule.leader());
            Expect.that(
                    served.equals(rule.leader()),
                    "I1: %s served in term %d, the rule names %s",
                    served,
                    rule.term(),
                    rule.leader());
        }
        checkTimelines();
        stage.figure("statuses checked", trace.size());
        stage.figure("rules checked", rules.size());
    }

    private void checkStatus(NodeStatus status) {
        String node = status.node().value();
        long term = status.term().value();
        long before = promised.getOrDefault(node, 0L);
        Expect.that(
                term >= before || pardoned.contains(node),
                "I2: %s went back from term %d to term %d",
                node,
                before,
                term);
        promised.put(node, term);
        if (status.gateOpen()) {
            String other = servedBy.getOrDefault(term, node);
            Expect.that(other.equals(node), "I1: %s and %s both served in term %d", other, node, term);
            servedBy.put(term, node);
            status.position().map(Position::timeline).ifPresent(timeline -> {
                int known = servedOn.getOrDefault(term, timeline.value());
                Expect.that(
                        known == timeline.value(),
                        "I8: term %d was served on timelines %d and %d",
                        term,
                        known,
                        timeline.value());
                servedOn.put(term, timeline.value());
            });
        }
    }

    private static List<Rule> rules(String uri) throws SQLException {
        return Sql.column(uri, """
                        select term || '|' || subterm || '|' || leader || '|' || array_to_string(members, ',')
                               || '|' || timeline
                          from howdah.rule_history order by term, subterm""").stream().map(Rule::parse).toList();
    }

    private static void checkRules(List<Rule> rules) {
        for (int i = 1; i < rules.size(); i++) {
            Rule before = rules.get(i - 1);
            Rule now = rules.get(i);
            Set<String> changed = new TreeSet<>(before.members());
            changed.addAll(now.members());
            Set<String> kept = new TreeSet<>(before.members());
            kept.retainAll(now.members());
            changed.removeAll(kept);
            Expect.that(changed.size() <= 1, "I6: from %s to %s more than one member changed", before, now);
            Expect.that(now.members().contains(now.leader()), "I6: the leader is no member in %s", now);
            if (before.term() == now.term()) {
                Expect.that(
                        before.leader().equals(now.leader()) && before.timeline() == now.timeline(),
                        "I1: two leaders in one term: %s, %s",
                        before,
                        now);
            } else {
                Expect.that(changed.isEmpty(), "I6: the first rule of a term changes members: %s, %s", before, now);
                Expect.that(before.timeline() < now.timeline(), "I8: the timeline did not rise: %s, %s", before, now);
            }
        }
    }

    /** Two timelines with one number and different pasts would be two promotions that nobody can tell apart. */
    private void checkTimelines() throws IOException {
        Map<String, Map<String, String>> pasts = new TreeMap<>();
        for (String node : watch.nodes()) {
            Path log = cluster.directory().resolve("data").resolve(node).resolve("pgdata/pg_wal");
            for (Path file : historyFiles(log)) {
                String past = past(file);
                if (!past.isEmpty()) {
                    pasts.computeIfAbsent(file.getFileName().toString(), name -> new TreeMap<>())
                            .put(node, past);
                }
            }
        }
        pasts.forEach((name, byNode) ->
                Expect.that(Set.copyOf(byNode.values()).size() == 1, "I8: %s differs between nodes: %s", name, byNode));
    }

    private static List<Path> historyFiles(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return new ArrayList<>(files.filter(file ->
                            HISTORY.matcher(file.getFileName().toString()).matches())
                    .toList());
        }
    }

    /** Without comments: a placeholder for a timeline that this node never was on has nothing else. */
    private static String past(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceAll("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> line.split("\\s+"))
                .map(fields -> fields[0] + "@" + fields[1])
                .collect(Collectors.joining(" "));
    }
}
