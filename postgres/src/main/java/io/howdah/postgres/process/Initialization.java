package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of initdb, in a directory beside the target that is moved into place when all of it is on disk. */
final class Initialization {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** The first version with a locale provider that needs nothing of the operating system. */
    private static final int BUILTIN_PROVIDER_MAJOR = 17;

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;

    Initialization(PostgresBinaries binaries, UnprivilegedUser user) {
        this.binaries = binaries;
        this.user = user;
    }

    void into(Path target, String superuserPassword) {
        Path parent = Durable.parentOf(target);
        Path temporary = parent.resolve(target.getFileName() + ".initializing");
        Path passwordFile = parent.resolve(target.getFileName() + ".password");
        try {
            new DataDirectory(temporary, user).delete();
            Files.createDirectories(parent);
            Files.createDirectory(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            user.own(temporary);
            requireWay(parent);
            Durable.replace(passwordFile, superuserPassword + "\n", user);
            runInitdb(temporary, passwordFile);
            Files.deleteIfExists(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Durable.syncDirectory(parent);
        } catch (IOException e) {
            throw new PostgresProcessException("cannot initialize %s: %s".formatted(target, e.getMessage()), e);
        } finally {
            deletePassword(passwordFile);
        }
    }

    private void requireWay(Path parent) {
        user.firstUntraversable(parent).ifPresent(blocked -> {
            throw new PostgresProcessException(
                    "the user '%s' may not enter %s, so PostgreSQL cannot keep data in %s; choose another directory or run chmod o+x %s"
                            .formatted(user.name(), blocked, parent, blocked));
        });
    }

    private void runInitdb(Path temporary, Path passwordFile) {
        CommandRunner.Result result = CommandRunner.run(user.wrap(command(temporary, passwordFile, true)), TIMEOUT);
        if (!result.succeeded() && result.output().contains("invalid locale")) {
            result = CommandRunner.run(user.wrap(command(temporary, passwordFile, false)), TIMEOUT);
        }
        if (!result.succeeded()) {
            throw new PostgresProcessException(
                    "initdb failed: " + result.output().strip());
        }
    }

    private List<String> command(Path directory, Path passwordFile, boolean utf8Locale) {
        List<String> command = new ArrayList<>(List.of(
                binaries.path(Tool.INITDB).toString(),
                "-D",
                directory.toString(),
                "-U",
                "postgres",
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8"));
        if (binaries.version().major() >= BUILTIN_PROVIDER_MAJOR) {
            command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"));
        } else {
            command.add(utf8Locale ? "--locale=C.UTF-8" : "--locale=C");
        }
        return command;
    }

    private static void deletePassword(Path passwordFile) {
        try {
            Files.deleteIfExists(passwordFile);
        } catch (IOException e) {
            throw new PostgresProcessException(
                    "cannot remove %s, which holds a password; remove it by hand".formatted(passwordFile), e);
        }
    }
}
