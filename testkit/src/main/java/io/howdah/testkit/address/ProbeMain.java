package io.howdah.testkit.address;

import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Connects to an address again and again, never waiting for long, and prints by whose address the server was reached: the host whose
 * gateway answered. Arguments: address, port, password.
 */
public final class ProbeMain {
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final int PAUSE_MILLIS = 100;

    private ProbeMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ConnectOptions options = new ConnectOptions(
                new Endpoint.Tcp(arguments[0], Integer.parseInt(arguments[1])),
                "postgres",
                "postgres",
                new Credential.Password(arguments[2]),
                "probe",
                false,
                PATIENCE,
                PATIENCE,
                new LinkedHashMap<>(),
                _ -> {},
                Optional.empty());
        while (true) {
            Thread.ofVirtual().start(() -> System.out.println(probe(options)));
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static String probe(ConnectOptions options) {
        try (PostgresClient client = PostgresClient.connect(options)) {
            return "served by "
                    + client.query("SELECT host(inet_client_addr()) AS host")
                            .getFirst()
                            .text("host");
        } catch (PostgresConnectionException | PostgresException e) {
            return "nobody: " + e.getMessage();
        }
    }
}
