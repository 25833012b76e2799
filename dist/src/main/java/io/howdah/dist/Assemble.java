package io.howdah.dist;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds the directory from which Howdah runs, out of the jars on this program's own class path:
 *
 * <pre>
 * lib/*.jar                              every jar of the command line and of the server
 * cli.args node.args gateway.args admin.args   what {@code java @file} needs to start a role
 * cli.aot server.aot                     start-up caches; without them everything works, only slower
 * assembled                              what the directory was made from, and the proof that it is whole
 * </pre>
 *
 * <p>The directory is replaced as a whole by a rename, never written in place: processes of a running cluster keep the
 * files that they have mapped. Nothing is done when the same jars were assembled by the same JDK before.
 */
public final class Assemble {
    private Assemble() {}

    /** Arguments: the directory to make, the version to report. */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]).toAbsolutePath().normalize();
        try {
            assemble(home, arguments[1]);
        } catch (IOException e) {
            throw new AssemblyException("cannot assemble " + home, e);
        }
    }

    private static void assemble(Path home, String version) throws IOException {
        List<Path> jars = jarsOnClassPath();
        String fingerprint = fingerprint(home, version, jars);
        Path stamp = home.resolve("assembled");
        if (Files.exists(stamp) && Files.readString(stamp).equals(fingerprint)) {
            Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
            return;
        }
        Path fresh = home.resolveSibling(home.getFileName() + ".new");
        Path old = home.resolveSibling(home.getFileName() + ".old");
        delete(fresh);
        delete(old);
        Files.createDirectories(fresh.resolve("lib"));
        for (Path jar : jars) {
            copy(jar, fresh.resolve("lib").resolve(jar.getFileName()));
        }
        if (Files.exists(home)) {
            Files.move(home, old);
        }
        Files.move(fresh, home);
        RoleArguments roles = new RoleArguments(home, version);
        roles.write();
        StartupCaches.train(roles).forEach(System.err::println);
        Files.writeString(stamp, fingerprint);
        delete(old);
    }

    private static List<Path> jarsOnClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> !isForeign(jar.getFileName().toString()))
                .sorted(Comparator.comparing(jar -> jar.getFileName().toString()))
                .toList();
    }

    /** Netty's native parts come for every platform; only those of this one can be loaded. */
    private static boolean isForeign(String name) {
        boolean isNative = name.contains("-linux-") || name.contains("-osx-") || name.contains("-windows-");
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        String platform = (System.getProperty("os.name").startsWith("Mac") ? "osx-" : "linux-") + architecture;
        return isNative && !name.contains(platform);
    }

    /** Old class files are brought up to date on the way, see {@link ClassFileUpgrade}. */
    private static void copy(Path jar, Path target) throws IOException {
        if (target.getFileName().toString().startsWith("picocli-")) {
            ClassFileUpgrade.upgrade(jar, target);
        } else {
            Files.copy(jar, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static String fingerprint(Path home, String version, List<Path> jars) throws IOException {
        List<String> lines = new ArrayList<>();
        // The launcher reads these two lines: a cache serves one JDK build only.
        lines.add("home=" + home);
        lines.add("jdk=" + System.getProperty("java.home"));
        lines.add("jvm=" + Runtime.version());
        lines.add("version=" + version);
        lines.add("flags=" + RoleArguments.flagsOfAllRoles());
        for (Path jar : jars) {
            lines.add(jar.getFileName() + " " + Files.size(jar) + " "
                    + Files.getLastModifiedTime(jar).toMillis());
        }
        return String.join("\n", lines) + "\n";
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
