package io.howdah.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs SQL straight on the server, as the superuser. */
final class Psql {
    private final Workshop workshop;
    private final Endpoints endpoints;

    Psql(Workshop workshop, Endpoints endpoints) {
        this.workshop = workshop;
        this.endpoints = endpoints;
    }

    /** The text goes by a file: passwords are nobody else's business. Each statement is a transaction of its own. */
    void run(String database, String sql) throws IOException, InterruptedException {
        Path script = workshop.privateFile(workshop.directory().resolve("script.sql"), sql);
        Path log = workshop.directory().resolve("psql.log");
        int code = workshop.start(
                List.of(
                        workshop.binaries().resolve("psql").toString(),
                        "-X",
                        "-h127.0.0.1",
                        "-p" + endpoints.server(),
                        "-Upostgres",
                        "-vON_ERROR_STOP=1",
                        "-f" + script,
                        database),
                workshop.directory(),
                Map.of("PGPASSWORD", endpoints.password()),
                log);
        Files.delete(script);
        if (code != 0) {
            throw new IOException("psql ended with %d: %s".formatted(code, Files.readString(log)));
        }
    }
}
