package io.howdah.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ClassFileUpgradeTest {
    @TempDir
    private Path directory;

    @Test
    void upgradesEveryClassAndEveryClassVerifies() throws Exception {
        Path source = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path target = directory.resolve("upgraded.jar");

        ClassFileUpgrade.upgrade(source, target);

        try (JarFile jar = new JarFile(target.toFile());
                URLClassLoader loader =
                        new URLClassLoader(new URL[] {target.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            int classes = 0;
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().endsWith(".class") && !entry.getName().contains("groovy")) {
                    assertThat(majorVersion(jar, entry)).isEqualTo(ClassFile.latestMajorVersion());
                    String name = entry.getName().replace('/', '.').replaceAll("\\.class$", "");
                    // Initializing a class verifies its code.
                    assertThat(Class.forName(name, true, loader).getName()).isEqualTo(name);
                    classes++;
                }
            }
            assertThat(classes).isGreaterThan(100);
        }
    }

    private static int majorVersion(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return ClassFile.of().parse(in.readAllBytes()).majorVersion();
        }
    }
}
