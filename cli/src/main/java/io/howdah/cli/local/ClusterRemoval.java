package io.howdah.cli.local;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Removes a stopped cluster. Only what Howdah itself puts into the directory goes; symbolic links are not followed. */
public final class ClusterRemoval {
    /** In this order, so that a removal cut short still leaves a directory that {@code down --clean} recognizes. */
    private static final List<String> OURS = List.of(
            "data",
            "backups",
            "topology",
            "topology.json",
            "logs",
            "secrets.yaml",
            "howdah.yaml",
            "postgresql.conf",
            "pg_hba.conf",
            "admin.token",
            "schedules.json",
            "links",
            "hooks.yaml",
            "run");

    /** Where the data of a cluster lies when PostgreSQL's user cannot reach the directory itself. */
    private static final Pattern OUTSIDE = Pattern.compile("(/var/lib/howdah/[0-9a-f]{16})/data/?");

    private final ClusterDirectory directory;

    public ClusterRemoval(ClusterDirectory directory) {
        this.directory = directory;
    }

    /** The data directories that were adopted: they are links from here and stay. */
    public List<Path> adopted() {
        List<Path> places = new ArrayList<>();
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory.data())) {
            for (Path node : nodes) {
                Path data = node.resolve("pgdata");
                if (Files.isSymbolicLink(data)) {
                    places.add(Files.readSymbolicLink(data));
                }
            }
        } catch (IOException e) {
            // There is no data, hence none that was adopted.
            return List.of();
        }
        return places;
    }

    /** Removes everything of ours and returns the names of what is not ours and stays. */
    public List<String> remove() {
        try {
            if (Files.isSymbolicLink(directory.data())) {
                Path target = Files.readSymbolicLink(directory.data());
                Matcher outside = OUTSIDE.matcher(target.toString());
                if (outside.matches()) {
                    removeTree(Path.of(outside.group(1)));
                }
            }
            for (String name : OURS) {
                removeTree(directory.root().resolve(name));
            }
            List<String> kept = new ArrayList<>();
            try (Stream<Path> rest = Files.list(directory.root())) {
                rest.forEach(path -> kept.add(path.getFileName().toString()));
            }
            if (kept.isEmpty()) {
                Files.delete(directory.root());
            }
            return kept;
        } catch (IOException e) {
            throw new CliException(
                            ExitCode.FAILED,
                            "the cluster is stopped, but its files could not all be removed",
                            e.toString(),
                            "check the permissions and run 'howdah down --clean' again")
                    .causedBy(e);
        }
    }

    private static void removeTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
