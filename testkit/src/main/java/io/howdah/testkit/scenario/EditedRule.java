package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import java.sql.SQLException;
import java.time.Duration;

/** Bad input: a superuser writes a rule by hand. */
final class EditedRule implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "B4",
                "a superuser updates, inserts and deletes the rule and its history by hand",
                "refused with what to do instead; the members stay who they were",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String uri = stage.direct(stage.watch().leader());
        String before = rule(uri);
        String[] edits = {
            "update howdah.rule set members = array[leader]",
            "update howdah.rule set term = term + 1",
            "delete from howdah.rule",
            "truncate howdah.rule",
            "insert into howdah.rule_history select cluster_id, term + 5, 1, leader, members, timeline + 5, 'x'"
                    + " from howdah.rule",
            "delete from howdah.rule_history",
        };
        for (String edit : edits) {
            try {
                Sql.run(uri, "begin", edit, "rollback");
                throw new AssertionError("was not refused: " + edit);
            } catch (SQLException e) {
                Expect.that(
                        String.valueOf(e.getMessage()).contains("howdah"),
                        "refused without a hint: %s",
                        String.valueOf(e.getMessage()));
            }
        }
        Expect.that(rule(uri).equals(before), "the rule changed from %s to %s", before, rule(uri));
        stage.watch().awaitHealthy(Duration.ofSeconds(30));
    }

    private static String rule(String uri) throws SQLException {
        return Sql.one(uri, "select term || ' ' || subterm || ' ' || leader || ' ' || members::text from howdah.rule");
    }
}
