package io.howdah.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands of two words: {@code node add} and its like are joined to one name before anything else looks at them. */
final class Groups {
    static final List<String> NAMES = List.of(
            "node list",
            "node add",
            "node adopt",
            "node remove",
            "node restart",
            "node rebuild",
            "node tag",
            "gateway queries",
            "gateway reload",
            "gateway restart",
            "cluster list",
            "cluster add",
            "cluster remove",
            "cache stats",
            "cache invalidate",
            "cluster promote",
            "cluster demote",
            "cluster recover-quorum",
            "database list",
            "database route",
            "database unroute",
            "config show",
            "config set",
            "config unset",
            "schedule list",
            "schedule cancel");

    private static final String NODE = """
            Examples:
              howdah node list                 who is there
              howdah node add                  one node more
              howdah node remove node3         one node less
              howdah node restart --all --rolling

            Usage: howdah node COMMAND [OPTIONS]

              list      the nodes, their votes and tags
              add       start another one; it copies, follows and gets a vote
              adopt     take over a running PostgreSQL without copying it
              remove    take one out, dead or alive
              restart   restart one, or all in turn, without stopping the cluster
              rebuild   copy a standby's data anew
              tag       never-leader, priority, no-load-balance, clone-from, non-voter, delay, upstream

            Each has --help.
            """;

    private static final String GATEWAY = """
            Examples:
              howdah gateway restart             each in turn, without refusing a connection
              howdah gateway reload              after a change of howdah.yaml

            Usage: howdah gateway COMMAND [OPTIONS]

              queries   the statements that took most of the time
              reload    read the configuration again; nobody is disconnected
              restart   a second process takes the place of the first, which lets its clients finish

            Each has --help.
            """;

    private static final String CACHE = """
            Examples:
              howdah cache stats                         what each gateway has cached, and how often that helped
              howdah cache invalidate --table prices     forget what was read from a table

            Usage: howdah cache COMMAND [OPTIONS]

              stats        the query caches of the gateways
              invalidate   have them forget answers

            It is off unless howdah.yaml says otherwise. Each has --help.
            """;

    private static final String CLUSTER = """
            Examples:
              howdah cluster recover-quorum --dry-run   what is left when a majority is lost for good
              howdah cluster add shops --from DIR       serve databases of another cluster, too

            Usage: howdah cluster COMMAND [OPTIONS]

              list             this cluster and those that were added
              add              make another cluster known to the gateways of this one
              remove           forget it
              promote          make a standby cluster one in its own right
              demote           follow the cluster that has followed this one
              recover-quorum   form a new rule with the survivors; what only the lost hold is lost

            Each has --help.
            """;

    private static final String DATABASE = """
            Examples:
              howdah database route shop --to shops    clients that ask for shop are led to cluster shops
              howdah database list                     which databases are elsewhere

            Usage: howdah database COMMAND [OPTIONS]

              list      the databases that are not simply in this cluster
              route     lead clients of a database to another cluster, or to another name
              unroute   lead them to this cluster again

            Each has --help.
            """;

    private static final String SCHEDULE = """
            Examples:
              howdah switchover --at 2026-11-22T03:00Z   schedule something
              howdah schedule list                       what is to be done
              howdah schedule cancel ID                  take it back

            Usage: howdah schedule COMMAND [OPTIONS]

              list      what was scheduled with --at, and how it ended
              cancel    take back what has not begun

            Each has --help.
            """;

    private static final String CONFIG = """
            Examples:
              howdah config set work_mem=64MB       on every node, at once
              howdah config set max_connections=400 after 'howdah node restart --all --rolling'
              howdah config show                    what is set, and what waits for a restart

            Usage: howdah config COMMAND [OPTIONS]

              show      the settings of PostgreSQL that hold for all nodes
              set       change some; PostgreSQL judges them first
              unset     take some back

            They are kept in postgresql.conf beside howdah.yaml, which you may edit: it is read when a node starts.
            Each has --help.
            """;

    private static final Map<String, String> PAGES = Map.of(
            "node", NODE,
            "gateway", GATEWAY,
            "cache", CACHE,
            "cluster", CLUSTER,
            "database", DATABASE,
            "schedule", SCHEDULE,
            "config", CONFIG);

    private Groups() {}

    private static boolean isGroup(String word) {
        return PAGES.containsKey(word);
    }

    /** The words with a two-word command as one, wherever 'help' stands before it. */
    static List<String> join(List<String> words) {
        int at = !words.isEmpty() && words.getFirst().equals("help") ? 1 : 0;
        boolean joins = words.size() > at + 1
                && isGroup(words.get(at))
                && !words.get(at + 1).startsWith("-");
        if (!joins) {
            return words;
        }
        List<String> joined = new ArrayList<>(words.subList(0, at));
        joined.add(words.get(at) + " " + words.get(at + 1));
        joined.addAll(words.subList(at + 2, words.size()));
        return joined;
    }

    /** Whether a group was named without one of its commands. */
    static boolean wantsHelp(List<String> words) {
        return !words.isEmpty() && isGroup(words.getFirst());
    }

    static String help(List<String> words) {
        return PAGES.getOrDefault(words.getFirst(), "");
    }

    /** The page of the group that 'help' was asked about. */
    static Optional<String> topic(List<String> words) {
        return words.size() > 1 && isGroup(words.get(1)) ? Optional.of(help(words.subList(1, 2))) : Optional.empty();
    }
}
