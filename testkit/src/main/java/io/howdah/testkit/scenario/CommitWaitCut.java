package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A13, traps T4 to T6: what PostgreSQL itself would report as success with a warning. */
final class CommitWaitCut implements Scenario {
    /** Who cuts the wait. */
    enum Cut {
        CLIENT_CANCEL,
        STATEMENT_TIMEOUT,
        PG_CANCEL_BACKEND,
        PG_TERMINATE_BACKEND
    }

    /** The standbys' node processes and the leader's own lease live on meanwhile. */
    private static final Duration BLOCKED = Duration.ofMillis(1_500);

    private final boolean hidden;

    /** @param hidden whether the client has PostgreSQL keep its warning to itself */
    CommitWaitCut(boolean hidden) {
        this.hidden = hidden;
    }

    @Override
    public Script script() {
        return new Script(
                hidden ? "A13-hidden" : "A13",
                "a commit waits for frozen standbys; the client cancels, its statement times out, another session"
                        + " cancels or terminates it"
                        + (hidden ? "; client_min_messages=error" : ""),
                "never reported as success while no standby has it",
                hidden ? Pace.THOROUGH : Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        Sql.run(stage.writing(), "create table if not exists howdah_cut (name text)", "truncate howdah_cut");
        List<Long> standbys =
                stage.watch().standbys().stream().map(stage::postmaster).toList();
        for (Cut cut : Cut.values()) {
            standbys.forEach(Processes::freezeTree);
            try {
                cut(stage, cut, hidden ? "error" : "notice");
            } finally {
                standbys.forEach(Processes::thawTree);
            }
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
        }
    }

    private static void cut(Stage stage, Cut cut, String messages) throws SQLException {
        String name = cut.name().toLowerCase(java.util.Locale.ROOT) + " " + messages;
        String timeout = cut == Cut.STATEMENT_TIMEOUT ? "700ms" : "0";
        try (Attempt attempt = Attempt.begin(
                stage.writing(),
                "set client_min_messages = " + messages,
                "set statement_timeout = '" + timeout + "'",
                "insert into howdah_cut values ('" + name + "')")) {
            String backend = waitingBackend(stage, name);
            String leader = stage.direct(stage.watch().leader());
            switch (cut) {
                case CLIENT_CANCEL -> attempt.cancel();
                case STATEMENT_TIMEOUT -> {}
                case PG_CANCEL_BACKEND -> Sql.one(leader, "select pg_cancel_backend(" + backend + ")");
                case PG_TERMINATE_BACKEND -> Sql.one(leader, "select pg_terminate_backend(" + backend + ")");
            }
            String answer =
                    attempt.awaitAnswer(BLOCKED).map(Object::toString).orElse("none while the standbys were frozen");
            stage.figure(name, answer);
            Expect.that(!attempt.isSuccess(), "%s: success was reported while no standby had the row", name);
        }
    }

    private static String waitingBackend(Stage stage, String name) throws SQLException {
        String uri = stage.direct(stage.watch().leader());
        for (int i = 0; i < 500; i++) {
            List<String> found = Sql.column(uri, """
                    select pid from pg_stat_activity
                     where wait_event = 'SyncRep' and query like 'insert into howdah_cut values (''%s''%%'""".formatted(name));
            if (found.size() == 1) {
                return found.getFirst();
            }
        }
        throw new AssertionError("the insert of '" + name + "' does not wait for a confirmation");
    }
}
