package io.howdah.postgres.process;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Rule;
import io.howdah.postgres.client.PostgresClient;
import java.util.Optional;

/** The rule in the cluster's own log. */
public final class RuleTable {
    public RuleTable(PostgresClient client, ClusterId cluster) {}
    /** Create schema and tables; on a primary, idempotent. */
    public void create() {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Write a rule newer than the present one; throws otherwise. */
    public void write(Rule rule, String reason) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** The newest rule, if the table exists and has one. */
    public Optional<Rule> read() {
        return io.howdah.postgres.wire.Pending.value();
    }
}
