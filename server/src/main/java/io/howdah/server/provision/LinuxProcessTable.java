package io.howdah.server.provision;

import io.howdah.server.configuration.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the process table from {@code /proc} (proc(5)). Stateless; safe from any thread. */
public final class LinuxProcessTable implements ProcessTable {
    private static final Path PROC = Path.of("/proc");

    @Override
    public List<RunningProcess> all() {
        List<RunningProcess> processes = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : directories) {
                find(Long.parseLong(directory.getFileName().toString())).ifPresent(processes::add);
            }
        } catch (IOException e) {
            throw new ProvisionException(
                    "The list of processes cannot be read",
                    e.toString(),
                    "Howdah's local clusters need Linux with /proc mounted");
        }
        return processes;
    }

    @Override
    public Optional<RunningProcess> find(long pid) {
        try {
            String raw = Files.readString(PROC.resolve(Long.toString(pid)).resolve("cmdline"), StandardCharsets.UTF_8);
            return ProcessIdentity.of(pid).map(identity -> new RunningProcess(identity, List.of(raw.split("\0"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Path> workingDirectory(long pid) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
