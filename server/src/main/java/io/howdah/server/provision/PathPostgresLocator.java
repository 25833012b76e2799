package io.howdah.server.provision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for {@code postgres} and {@code initdb} in the configured directory, else in PATH, else where distributions put them;
 * of several the newest version wins. Runs {@code postgres --version} to be sure.
 */
public final class PathPostgresLocator implements PostgresLocator {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (([0-9]+)[0-9.a-z]*)");
    private static final List<Path> VERSIONED =
            List.of(Path.of("/usr/lib/postgresql"), Path.of("/usr/lib64/postgresql"), Path.of("/opt/postgresql"));
    private static final List<Path> FIXED =
            List.of(Path.of("/usr/local/pgsql/bin"), Path.of("/usr/local/bin"), Path.of("/usr/bin"));

    private final String searchPath;

    /** @param searchPath directories separated by colons, as in the environment's PATH */
    public PathPostgresLocator(String searchPath) {
        this.searchPath = searchPath;
    }

    @Override
    public Answer locate(String configured) {
        List<Path> places = configured.isEmpty() ? usualPlaces() : List.of(Path.of(configured));
        List<PostgresInstallation> found = places.stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("postgres")) && Files.isExecutable(place.resolve("initdb")))
                .flatMap(place -> versionOf(place).stream())
                .sorted(Comparator.comparingInt(PostgresInstallation::majorVersion)
                        .reversed())
                .toList();
        if (found.isEmpty()) {
            return new Answer.Missing(
                    configured.isEmpty()
                            ? new Problem(
                                    "PostgreSQL is not installed: neither PATH nor the usual directories hold postgres"
                                            + " and initdb",
                                    "install it, as in 'apt-get install postgresql', or name its directory with"
                                            + " --pg-bin DIR")
                            : new Problem(
                                    "%s does not hold usable postgres and initdb programs".formatted(configured),
                                    "name the directory that holds both, such as /usr/lib/postgresql/15/bin"));
        }
        PostgresInstallation newest = found.getFirst();
        if (newest.majorVersion() < OLDEST_VERSION) {
            return new Answer.Missing(new Problem(
                    "PostgreSQL %s in %s is too old".formatted(newest.version(), newest.binaries()),
                    "install PostgreSQL %d or newer, or name its directory with --pg-bin DIR"
                            .formatted(OLDEST_VERSION)));
        }
        return new Answer.Found(newest);
    }

    private List<Path> usualPlaces() {
        Set<Path> places = new LinkedHashSet<>();
        for (String directory : searchPath.split(":")) {
            if (directory.startsWith("/")) {
                places.add(Path.of(directory));
            }
        }
        for (Path parent : VERSIONED) {
            places.addAll(versionsBelow(parent));
        }
        places.addAll(FIXED);
        return new ArrayList<>(places);
    }

    private static List<Path> versionsBelow(Path parent) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(parent, "[0-9]*")) {
            versions.forEach(version -> found.add(version.resolve("bin")));
        } catch (IOException e) {
            // This distribution keeps PostgreSQL elsewhere.
            return List.of();
        }
        return found;
    }

    private static Optional<PostgresInstallation> versionOf(Path binaries) {
        try {
            Process process = new ProcessBuilder(binaries.resolve("postgres").toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            Matcher matcher = VERSION.matcher(output);
            return matcher.find()
                    ? Optional.of(
                            new PostgresInstallation(binaries, Integer.parseInt(matcher.group(2)), matcher.group(1)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
