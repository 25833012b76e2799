package io.howdah.server.node;

import io.howdah.kernel.election.Accession;
import io.howdah.kernel.election.Cause;
import io.howdah.kernel.model.NodeId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.process.PromotionTable;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the replicated log how this node came to lead. It does so when the gate is open, on a thread of its own: an
 * entry that cannot be written is missing from the history, and nothing else comes of it.
 */
final class HistoryWriter {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ManagedInstance instance;

    HistoryWriter(ManagedInstance instance) {
        this.instance = instance;
    }

    /** Returns at once. */
    void write(Accession accession) {
        LOG.info("leads after {} ms without writes: {}", accession.outageMillis(), accession);
        Thread.ofVirtual().name("history-writer").start(() -> {
            try (PostgresClient client =
                    PostgresClient.connect(instance.options("howdah history").withTimeouts(LIMIT, LIMIT))) {
                new PromotionTable(client).write(entry(accession));
            } catch (PostgresException | PostgresConnectionException e) {
                LOG.warn("the history lacks how term {} began: {}", accession.term(), e.getMessage());
            }
        });
    }

    private static PromotionTable.Entry entry(Accession accession) {
        Cause cause = accession.cause();
        boolean sameAgain = accession.from().filter(accession.to()::equals).isPresent();
        String kind = sameAgain
                ? "restart"
                : switch (cause.kind()) {
                    case SWITCHOVER -> "switchover";
                    case FAILOVER -> "failover";
                    case FORCED -> "forced";
                };
        return new PromotionTable.Entry(
                accession.term(),
                kind,
                cause.words(),
                accession.from().map(NodeId::value).orElse(""),
                accession.to().value(),
                new PromotionTable.Phases(
                        cause.heldMillis(),
                        cause.detectedMillis(),
                        cause.electedMillis(),
                        accession.promotedMillis(),
                        accession.confirmedMillis(),
                        accession.openedMillis()));
    }
}
