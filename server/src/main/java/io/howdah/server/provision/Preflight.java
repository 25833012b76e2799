package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.ClusterDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds everything that would keep a cluster from starting, before anything is changed. Looks only. */
final class Preflight {
    /** An empty instance with its first log segments takes about 40 MiB, and a clone stands beside it for a moment. */
    private static final long BYTES_FOR_NEW_NODE = 150L * 1024 * 1024;

    private static final long BYTES_FOR_ANY_START = 50L * 1024 * 1024;

    /** The path of a Unix socket fits 107 bytes (unix(7)); PostgreSQL names its own .s.PGSQL.PORT. */
    private static final int SOCKET_PATH_BYTES = 107;

    private static final String LONGEST_SOCKET_NAME = "/.s.PGSQL.65535";

    /** Matches {@code cluster=...} as well as {@code "cluster": "..."}. */
    private static final Pattern PROMISED_CLUSTER =
            Pattern.compile("(?m)^\\s*[{\"]*cluster\"?\\s*[=:]\\s*\"?([0-9a-f]{16})");

    private final ClusterDirectory directory;

    Preflight(ClusterDirectory directory) {
        this.directory = directory;
    }

    /** Where the cluster's files will stand must be writable, or its parent must be. */
    List<Problem> checkDirectory() {
        Path existing = directory.root();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            return List.of(new Problem(existing + " is not a directory", "choose another with --dir"));
        }
        List<Problem> problems = new ArrayList<>();
        for (Path part : List.of(existing, directory.run(), directory.logs(), directory.data())) {
            if (Files.exists(part) && !Files.isWritable(part)) {
                problems.add(new Problem(
                        part + " is not writable for this user",
                        "choose another directory with --dir, or change who may write there"));
            }
        }
        return problems;
    }

    /** Files that only make sense together with others that are missing. */
    List<Problem> checkWholeness(boolean configurationExists) {
        List<Problem> problems = new ArrayList<>();
        boolean data = !nodesWithData().isEmpty();
        if (Files.isSymbolicLink(directory.data()) && !Files.exists(directory.data())) {
            problems.add(new Problem(
                    "%s points to a directory that is gone".formatted(directory.data()),
                    "bring it back, or give the cluster up with 'howdah down --clean'"));
        }
        if (data && !configurationExists) {
            problems.add(new Problem(
                    "%s is half deleted: data of %s is there, but howdah.yaml is missing"
                            .formatted(directory, String.join(", ", nodesWithData())),
                    "bring howdah.yaml back from a copy, or give the data up with 'howdah down --clean'"));
        }
        if (data && !Files.exists(directory.secrets())) {
            problems.add(new Problem(
                    "%s is half deleted: secrets.yaml is missing, and PostgreSQL knows the old passwords only"
                            .formatted(directory),
                    "bring secrets.yaml back from a copy, or give the data up with 'howdah down --clean'"));
        }
        return problems;
    }

    /** The nodes' directories must be this cluster's. */
    List<Problem> checkOwnership(ClusterConfiguration configuration) {
        List<Problem> problems = new ArrayList<>();
        for (NodeEntry node : configuration.nodes()) {
            promisedCluster(node.id().value())
                    .filter(cluster -> !cluster.equals(configuration.id().value()))
                    .ifPresent(cluster -> problems.add(new Problem(
                            "%s belongs to the cluster %s, not to this one, %s"
                                    .formatted(directory.data(node.id().value()), cluster, configuration.id()),
                            "move that directory away; the node then clones itself anew")));
        }
        return problems;
    }

    List<Problem> checkSpace(int newNodes) {
        long needed = Math.max(BYTES_FOR_ANY_START, newNodes * BYTES_FOR_NEW_NODE);
        Path existing = Files.exists(directory.data()) ? directory.data() : directory.root();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            return free >= needed
                    ? List.of()
                    : List.of(new Problem(
                            "the disk of %s has %d MiB left, %d MiB are needed"
                                    .formatted(existing, free >> 20, needed >> 20),
                            "make room, or choose a directory on another disk with --dir"));
        } catch (IOException e) {
            return List.of(new Problem(
                    "the disk of %s cannot be looked at: %s".formatted(existing, e.getMessage()),
                    "choose another directory with --dir"));
        }
    }

    boolean socketPathFits() {
        String longest = directory.sockets() + LONGEST_SOCKET_NAME;
        return longest.getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES;
    }

    /** The names below {@code data/} that hold anything. */
    List<String> nodesWithData() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory.data())) {
            for (Path node : nodes) {
                if (Files.isDirectory(node, LinkOption.NOFOLLOW_LINKS) && !isEmpty(node)) {
                    names.add(String.valueOf(node.getFileName()));
                }
            }
        } catch (IOException e) {
            // There is no data directory, hence no data.
            return List.of();
        }
        names.sort(String::compareTo);
        return names;
    }

    private static boolean isEmpty(Path node) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(node)) {
            return !content.iterator().hasNext();
        }
    }

    private Optional<String> promisedCluster(String node) {
        try (DirectoryStream<Path> promises = Files.newDirectoryStream(directory.data(node), "promise*")) {
            for (Path promise : promises) {
                Matcher matcher = PROMISED_CLUSTER.matcher(Files.readString(promise, StandardCharsets.ISO_8859_1));
                if (matcher.find()) {
                    return Optional.of(matcher.group(1));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
