package io.howdah.dist;

import io.howdah.dist.RoleArguments.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the ahead-of-time caches (JEP 483, 514 and 515) by running each program once on what it does most. Best effort:
 * a program that cannot be trained starts slower, and the returned notes say so.
 */
final class StartupCaches {
    private static final long LIMIT_SECONDS = 90;

    private StartupCaches() {}

    /** Trains both programs at once and returns what could not be done, in words. */
    static List<String> train(RoleArguments roles) throws IOException {
        Map<Role, Process> runs = new LinkedHashMap<>();
        runs.put(Role.CLI, start(roles, Role.CLI, "io.howdah.cli.Main", "train"));
        runs.put(Role.NODE, start(roles, Role.NODE, "io.howdah.server.Main", "train"));
        List<String> notes = new ArrayList<>();
        for (Map.Entry<Role, Process> run : runs.entrySet()) {
            boolean succeeded = succeeded(run.getValue());
            if (!succeeded) {
                // A failed run leaves a cache of whatever it came to load, worse than the JDK's own.
                Files.deleteIfExists(roles.cache(run.getKey()));
            }
            if (!succeeded || !Files.exists(roles.cache(run.getKey()))) {
                notes.add("note: no start-up cache for the %s, it will start more slowly; see %s"
                        .formatted(run.getKey().cache(), log(roles, run.getKey())));
            }
        }
        return notes;
    }

    private static Process start(RoleArguments roles, Role role, String mainClass, String argument) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:AOTCacheOutput=" + roles.cache(role));
        command.addAll(roles.words(role));
        command.add(mainClass);
        command.add(argument);
        File log = log(roles, role).toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    private static Path log(RoleArguments roles, Role role) {
        return roles.home().resolve(role.cache() + "-training.log");
    }

    private static boolean succeeded(Process process) {
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }
}
