package io.howdah.cli.local;

import io.howdah.cli.api.InvalidJsonException;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonReader;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The directory of a local cluster: where its files are and how to read them. */
public record ClusterDirectory(Path root) {
    public ClusterDirectory {
        root = root.toAbsolutePath().normalize();
    }

    public Path configurationFile() {
        return root.resolve("howdah.yaml");
    }

    public Path secretsFile() {
        return root.resolve("secrets.yaml");
    }

    public Path tokenFile() {
        return root.resolve("admin.token");
    }

    public Path data() {
        return root.resolve("data");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path run() {
        return root.resolve("run");
    }

    public Path adminFile() {
        return run().resolve("admin.json");
    }

    /** Whether a cluster was ever made here. */
    public boolean holdsCluster() {
        return Files.exists(configurationFile());
    }

    /** Whether there is anything of a cluster here, whole or half-deleted. */
    public boolean holdsRemains() {
        return holdsCluster() || Files.exists(run()) || Files.exists(tokenFile()) || Files.exists(secretsFile());
    }

    /** @throws CliException when there is no configuration or it is not valid */
    public ClusterConfiguration configuration() {
        if (!holdsCluster()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "there is no cluster in " + root,
                    holdsRemains() ? "howdah.yaml is missing, although other files are there" : "");
        }
        return ConfigurationReader.readConfiguration(configurationFile());
    }

    /** One of the generated passwords. */
    public String secret(String name) {
        String secret = Files.exists(secretsFile())
                ? ConfigurationReader.readTexts(secretsFile()).get(name)
                : null;
        if (secret == null) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s has no '%s'".formatted(secretsFile(), name),
                    Files.exists(secretsFile()) ? "the line is missing" : "the file is missing",
                    "restore the file from a copy; the passwords in it are known nowhere else");
        }
        return secret;
    }

    /** The token of the Admin API, once the admin process has written it. */
    public Optional<String> token() {
        return read(tokenFile()).map(String::strip);
    }

    /** A JSON file that a process writes; empty when it is absent or half written. */
    Optional<Json.Fields> json(Path file) {
        try {
            return read(file).map(JsonReader::readFields);
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!Files.isReadable(file)) {
                throw new CliException(
                                ExitCode.DENIED,
                                "cannot read " + file,
                                "permission denied",
                                "run the command as the user who started the cluster")
                        .causedBy(e);
            }
            throw new UncheckedIOException(e);
        }
    }
}
