package io.howdah.server.adoption;

import io.howdah.postgres.adoption.FactQuery;
import io.howdah.postgres.adoption.FoundServer;
import io.howdah.postgres.adoption.OldMeans;
import io.howdah.postgres.adoption.ServerFacts;
import io.howdah.postgres.process.ControlFile;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at an instance and says all there is to know before it is adopted. Changes nothing.
 *
 * @param facts absent when an obstacle kept the server from being asked
 * @param findings obstacles first
 */
public record Survey(
        FoundServer server,
        ControlFile control,
        UnprivilegedUser user,
        Optional<ServerFacts> facts,
        KeptSettings settings,
        List<Finding> findings) {
    /**
     * What to look at.
     *
     * @param data the instance's directory
     * @param superuser to ask it as
     * @param passFile for that role, when the server demands a password
     * @param others how many nodes are to be cloned from it
     * @param home where the cluster will stand
     * @param copyOf the data of the cluster that this is to be a copy of; absent for a new cluster
     */
    public record Subject(
            Path data,
            String superuser,
            Optional<Path> passFile,
            int others,
            Path home,
            Optional<ControlFile> copyOf) {}

    public Survey {
        findings = List.copyOf(findings);
    }

    /** @throws AdoptionException when there is nothing that could be looked at */
    public static Survey of(Subject subject) {
        Path data = realDirectory(subject.data());
        FoundServer server = FoundServer.in(data)
                .orElseThrow(() -> new AdoptionException(
                        "no PostgreSQL runs in " + data,
                        "start it by its usual means and repeat: what it is set to is asked of the running server"));
        UnprivilegedUser user = UnprivilegedUser.detect();
        ControlFile control = ControlFile.read(data);
        OldMeans means = new OldMeans(server, user);
        List<Finding> findings = new ArrayList<>(onDisk(data, user));
        Optional<ServerFacts> facts = Optional.empty();
        KeptSettings settings = KeptSettings.NONE;
        if (findings.isEmpty()) {
            try {
                ServerFacts answers = new FactQuery(user).ask(server, subject.superuser(), subject.passFile());
                facts = Optional.of(answers);
                settings = subject.copyOf().isPresent() ? KeptSettings.NONE : KeptSettings.of(answers);
                findings.addAll(judge(subject, server, means, control, answers, settings));
            } catch (PostgresProcessException e) {
                findings.add(Finding.obstacle(String.valueOf(e.getMessage()), ""));
            }
        }
        return new Survey(server, control, user, facts, settings, findings);
    }

    private static List<Finding> judge(
            Subject subject,
            FoundServer server,
            OldMeans means,
            ControlFile control,
            ServerFacts facts,
            KeptSettings settings) {
        if (subject.copyOf().isPresent()) {
            return new CopyCheck(server, means, control, facts, subject.copyOf().get()).findings();
        }
        boolean rewind = Files.isExecutable(server.binaries().resolve("pg_rewind"));
        return new AdoptionCheck(
                        server, means, control, facts, settings, rewind, subject.others(), free(subject.home()))
                .findings();
    }

    public boolean isPossible() {
        return findings.stream().noneMatch(finding -> finding.weight() == Finding.Weight.OBSTACLE);
    }

    private static Path realDirectory(Path data) {
        try {
            Path real = data.toRealPath();
            if (Files.exists(real.resolve("PG_VERSION"))) {
                return real;
            }
        } catch (IOException e) {
            // Said below.
        }
        throw new AdoptionException(
                data + " is no data directory of PostgreSQL",
                "'show data_directory' in the instance tells where it is");
    }

    private static List<Finding> onDisk(Path data, UnprivilegedUser user) {
        List<Finding> findings = new ArrayList<>();
        try {
            String owner = Files.getOwner(data).getName();
            if (!owner.equals(user.name())) {
                findings.add(Finding.obstacle(
                        "%s belongs to '%s', and Howdah runs PostgreSQL as '%s'".formatted(data, owner, user.name()),
                        "run this command as '%s'".formatted(owner)));
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(data);
            boolean open = permissions.stream()
                    .anyMatch(permission ->
                            permission.name().startsWith("OTHERS") || permission == PosixFilePermission.GROUP_WRITE);
            if (open) {
                findings.add(Finding.obstacle(data + " is open to others", "chmod 0700 " + data));
            }
            if (Files.exists(data.resolveSibling("promise"))) {
                findings.add(Finding.obstacle(
                        data + " is the data of a Howdah node already",
                        "name its cluster with --dir and run 'howdah up'"));
            }
        } catch (IOException e) {
            findings.add(Finding.obstacle("%s cannot be looked at: %s".formatted(data, e.getMessage()), ""));
        }
        return findings;
    }

    private static long free(Path home) {
        Path existing = home.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the disk of " + existing, e);
        }
    }
}
