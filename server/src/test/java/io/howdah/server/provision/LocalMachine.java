package io.howdah.server.provision;

import io.howdah.server.provision.LocalProvisioner.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * A machine for tests: real processes (the test's own) and ports, but what is started as a node or gateway is a script that only waits, and
 * PostgreSQL is said to be there.
 */
public final class LocalMachine {
    private LocalMachine() {}

    /** @param scratch where the script is put */
    public static Machine create(Path scratch) throws IOException {
        return create(scratch, "trap 'exit 0' TERM; while :; do sleep 0.05; done");
    }

    /** @param script what each process does */
    public static Machine create(Path scratch, String script) throws IOException {
        Path java = scratch.resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"started $*\"\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessTable processes = new LinuxProcessTable();
        return new Machine(
                new OwnProcesses(processes, scratch.toString()),
                new LinuxPortTable(processes),
                (configured, progress) -> new PostgresLocator.Answer.Found(
                        new PostgresInstallation(Path.of("/usr/lib/postgresql/15/bin"), "15.1")),
                new DetachedLauncher(new Program(java, "/nowhere/*", Optional.empty())),
                new SameUser(),
                new SecureRandom());
    }

    /** The process table without what other tests and people run on this machine. */
    private record OwnProcesses(ProcessTable everything, String scratch) implements ProcessTable {
        @Override
        public List<RunningProcess> all() {
            return everything.all().stream()
                    .filter(process -> process.commandLine().stream().anyMatch(word -> word.contains(scratch)))
                    .toList();
        }

        @Override
        public Optional<RunningProcess> find(long pid) {
            return everything.find(pid);
        }

        @Override
        public Optional<Path> workingDirectory(long pid) {
            return everything.workingDirectory(pid);
        }
    }

    private static final class SameUser implements Account {
        @Override
        public boolean canReach(Path directory) {
            return true;
        }

        @Override
        public void giveToPostgres(Path directory) {
            // It is this user's already.
        }
    }
}
