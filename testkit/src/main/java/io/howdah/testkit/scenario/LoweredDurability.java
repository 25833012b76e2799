package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A17, trap T7. */
final class LoweredDurability implements Scenario {
    private static final Duration PATIENCE = Duration.ofMillis(1_200);

    @Override
    public Script script() {
        return new Script(
                "A17",
                "clients ask for synchronous_commit=off or local by SET, SET LOCAL, set_config, a function's SET, the"
                        + " connection's options, ALTER ROLE and ALTER DATABASE, while both standbys are frozen",
                "each is refused or without effect: no commit is acknowledged through a gateway",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String uri = stage.writing();
        // Past the gateway, which refuses to define such functions.
        Sql.run(
                stage.direct(stage.watch().leader()),
                "create table if not exists howdah_careless (way text)",
                "truncate howdah_careless",
                "create or replace function howdah_careless_set() returns void language sql"
                        + " set synchronous_commit = off as 'insert into howdah_careless values (''function'')'",
                "create or replace procedure howdah_careless_call() language plpgsql as"
                        + " 'begin perform set_config(''synchronous_commit'', ''off'', false); end'");
        Map<String, List<String>> ways = new LinkedHashMap<>();
        ways.put("set off", List.of("set synchronous_commit = off"));
        ways.put("set local value", List.of("set session synchronous_commit to 'local'"));
        ways.put("comment inside", List.of("set /* x */ synchronous_commit = off"));
        ways.put("quoted name", List.of("set \"synchronous_commit\" = off"));
        ways.put("set_config", List.of("select set_config('synchronous_commit', 'off', false)"));
        ways.put("set_config, name built", List.of("select set_config('synchronous' || '_commit', 'off', false)"));
        ways.put(
                "do block",
                List.of("do $$ begin perform set_config('synchronous' || '_commit', 'off', false); end $$"));
        ways.put("procedure", List.of("call howdah_careless_call()"));
        ways.put(
                "update pg_settings",
                List.of("update pg_settings set setting = 'off' where name = 'synchronous_commit'"));
        List<String> lowered = new ArrayList<>();
        ways.forEach((name, before) -> attempt(stage, uri, name, before, insert(name), lowered));
        attempt(
                stage,
                uri,
                "set local",
                List.of("begin", "set local synchronous_commit = off", insert("set local")),
                "commit",
                lowered);
        attempt(stage, uri, "several in one", List.of(), "set synchronous_commit = off; " + insert("several"), lowered);
        attempt(stage, uri, "function with set", List.of(), "select howdah_careless_set()", lowered);
        attempt(
                stage,
                uri + "&options=-c%20synchronous_commit%3Doff",
                "options",
                List.of(),
                insert("options"),
                lowered);
        persistent(
                stage,
                "alter role",
                "alter role postgres set synchronous_commit = off",
                "alter role postgres reset synchronous_commit",
                lowered);
        persistent(
                stage,
                "alter database",
                "alter database postgres set synchronous_commit = off",
                "alter database postgres reset synchronous_commit",
                lowered);
        Expect.that(lowered.isEmpty(), "acknowledged while no standby had the row: %s", lowered);
    }

    private static String insert(String name) {
        return "insert into howdah_careless values ('" + name + "')";
    }

    private static void persistent(Stage stage, String name, String set, String reset, List<String> lowered)
            throws SQLException {
        try {
            Sql.run(stage.writing(), set);
        } catch (SQLException e) {
            stage.figure(name, "refused " + e.getSQLState());
            return;
        }
        try {
            attempt(stage, stage.writing(), name, List.of(), insert(name), lowered);
        } finally {
            Sql.run(stage.direct(stage.watch().leader()), reset);
        }
    }

    private static void attempt(
            Stage stage, String uri, String name, List<String> before, String last, List<String> lowered) {
        List<Long> standbys =
                stage.watch().standbys().stream().map(stage::postmaster).toList();
        List<String> statements = new ArrayList<>(before);
        statements.add(last);
        standbys.forEach(Processes::freezeTree);
        try (Attempt attempt = Attempt.begin(uri, statements.toArray(String[]::new))) {
            String answer =
                    attempt.awaitAnswer(PATIENCE).map(LoweredDurability::words).orElse("waits");
            stage.figure(name, answer);
            if (attempt.isSuccess()) {
                lowered.add(name);
            }
        } catch (SQLException e) {
            stage.figure(name, "refused " + e.getSQLState());
        } finally {
            standbys.forEach(Processes::thawTree);
        }
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
    }

    private static String words(Attempt.Answer answer) {
        return switch (answer) {
            case Attempt.Success s -> "LOWERED";
            case Attempt.Failure failure -> "refused " + failure.sqlState();
        };
    }
}
