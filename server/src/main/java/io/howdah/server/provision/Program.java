package io.howdah.server.provision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How to start this program once more: which Java, which class path, which start-up cache.
 *
 * @param home the installation, with {@code lib/} below it; empty when running from a build's class directories
 */
public record Program(Path java, String classPath, Optional<Path> home) {
    private static final String HOME_PROPERTY = "howdah.home";

    /** The program that is running. Its home is the system property {@code howdah.home}, else the environment's HOWDAH_HOME. */
    public static Program running() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Optional<Path> home = Optional.ofNullable(System.getProperty(HOME_PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv("HOWDAH_HOME")))
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .filter(path -> Files.isDirectory(path.resolve("lib")));
        String classPath =
                home.map(path -> path.resolve("lib") + "/*").orElseGet(() -> System.getProperty("java.class.path", ""));
        return new Program(java, classPath, home);
    }

    /**
     * The flags and the class path of a role, as the build wrote them for its start-up cache; absent when running from class
     * directories.
     */
    Optional<Path> argumentFile(Component.Kind kind) {
        return home.map(path -> path.resolve(kind.name().toLowerCase(Locale.ROOT) + ".args"))
                .filter(Files::isRegularFile);
    }

    /** The system property that tells a child where the installation is. */
    List<String> homeFlag() {
        return home.map(path -> List.of("-D" + HOME_PROPERTY + "=" + path)).orElse(List.of());
    }

    Optional<Path> startupCache() {
        return home.map(path -> path.resolve("server.aot")).filter(Files::isRegularFile);
    }
}
