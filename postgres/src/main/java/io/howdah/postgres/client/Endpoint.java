package io.howdah.postgres.client;

import java.nio.file.Path;

/** Where a PostgreSQL listens. */
public sealed interface Endpoint {
    /** Host name or address, and port. */
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A Unix socket, by the directory that holds it. */
    record Unix(Path directory, int port) implements Endpoint {
        public Path file() {
            return directory.resolve(".s.PGSQL." + port);
        }

        @Override
        public String toString() {
            return file().toString();
        }
    }
}
