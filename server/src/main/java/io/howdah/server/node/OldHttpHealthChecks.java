package io.howdah.server.node;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers health checks in HTTP/1.0, which HAProxy's {@code option httpchk} speaks unless told otherwise and the web server
 * refuses. One request per connection, no body, nothing but the health checks; everything else is left to the web server.
 */
final class OldHttpHealthChecks implements ServerConnectionSelector {
    private static final Logger LOG = LoggerFactory.getLogger(OldHttpHealthChecks.class);
    private static final String VERSION = " HTTP/1.0";
    private static final int LONGEST_LINE = 1024;
    private static final int MOST_HEADERS = 100;

    /** What to answer; the document is sent unless only the head was asked for. */
    record Answer(int status, String json) {}

    private final Function<String, Answer> checks;

    /** @param checks the answer to a path */
    OldHttpHealthChecks(Function<String, Answer> checks) {
        this.checks = checks;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData begin) {
        int end = begin.indexOf((byte) '\n');
        if (end < 0) {
            return begin.available() < LONGEST_LINE ? Support.UNKNOWN : Support.UNSUPPORTED;
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < end; i++) {
            line.append((char) begin.get(i));
        }
        return line.toString().stripTrailing().endsWith(VERSION) ? Support.SUPPORTED : Support.UNSUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new ServerConnection() {
            @Override
            public void handle(Limit limit) {
                try {
                    answer(context.dataReader(), context.dataWriter());
                } catch (DataReader.IncorrectNewLineException | DataReader.InsufficientDataAvailableException e) {
                    LOG.debug("a health check ended early: {}", e.getMessage());
                }
            }

            @Override
            public Duration idleTime() {
                return Duration.ZERO;
            }

            @Override
            public void close(boolean interrupt) {
                // Ends with its one answer.
            }
        };
    }

    private void answer(DataReader reader, DataWriter writer) {
        String[] request = reader.readLine().split(" ", 3);
        // The request is read to its end: closing a socket with unread bytes would take the answer back.
        for (int i = 0; i < MOST_HEADERS && !reader.readLine().isEmpty(); i++) {
            LOG.trace("header {} is of no interest", i);
        }
        Answer answer = checks.apply(request.length > 1 ? request[1] : "");
        boolean headOnly = request[0].equals("HEAD");
        byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.0 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                        .formatted(answer.status(), answer.status() == 200 ? "OK" : "Unavailable", body.length);
        writer.writeNow(BufferData.create(head));
        if (!headOnly) {
            writer.writeNow(BufferData.create(body));
        }
    }
}
