package io.howdah.server.provision;

import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.PostgresBundle;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.Tool;
import io.howdah.postgres.process.UnprivilegedUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** PostgreSQL as it is installed on this machine; when it is not and no directory is configured, a bundle that is fetched. */
final class InstalledPostgres implements PostgresLocator {
    @Override
    public Answer locate(String configured, Consumer<String> progress) {
        try {
            return found(PostgresBinaries.find(
                    Optional.of(configured).filter(path -> !path.isEmpty()).map(Path::of)));
        } catch (PostgresProcessException e) {
            if (!configured.isEmpty() || isInstalled()) {
                return missing(e);
            }
        }
        progress.accept("PostgreSQL is not installed: fetches a bundle");
        try {
            return found(PostgresBundle.standard(UnprivilegedUser.detect()).fetch(progress));
        } catch (PostgresProcessException e) {
            return missing(e);
        }
    }

    /** An old PostgreSQL is somebody's decision: say so rather than fetch another one unasked. */
    private static boolean isInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, Tool.POSTGRES.fileName())));
    }

    private static Answer found(PostgresBinaries binaries) {
        return new Answer.Found(new PostgresInstallation(
                binaries.directory(), binaries.version().toString()));
    }

    private static Answer missing(PostgresProcessException e) {
        return new Answer.Missing(new Problem(
                String.valueOf(e.getMessage()),
                "install PostgreSQL, as in 'apt-get install postgresql', or name its directory with --pg-bin DIR"));
    }
}
