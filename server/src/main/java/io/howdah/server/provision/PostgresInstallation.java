package io.howdah.server.provision;

import java.nio.file.Path;

/** PostgreSQL's programs: the directory that holds them and their version, such as {@code 15.14}. */
public record PostgresInstallation(Path binaries, String version) {}
