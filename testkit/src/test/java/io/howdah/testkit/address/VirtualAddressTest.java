package io.howdah.testkit.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.fault.Sandbox;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The holder is killed, frozen, unplugged, cut off, stopped; each is a line of one play's report. Needs root, as its sandbox does. */
final class VirtualAddressTest {
    private static final int LIMIT_MINUTES = 5;

    @TestFactory
    Stream<DynamicTest> theAddressMovesAndIsNeverShared() throws Exception {
        List<String> obstacles = Sandbox.obstacles();
        if (!obstacles.isEmpty()) {
            System.out.println("no play of virtual addresses: " + obstacles);
            return Stream.empty();
        }
        Path directory = Files.createTempDirectory(
                "howdah-address", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            List<String> lines = play(directory);
            assertThat(lines).as("every act was played").hasSize(9);
            return lines.stream()
                    .map(line ->
                            DynamicTest.dynamicTest(line, () -> assertThat(line).contains("held")));
        } finally {
            delete(directory);
        }
    }

    private static List<String> play(Path directory) throws Exception {
        Path output = Files.createDirectories(Path.of("target/address").toAbsolutePath())
                .resolve("output.txt");
        Path report = directory.resolve("report.txt");
        Files.deleteIfExists(output);
        Process process =
                Sandbox.start(AddressMain.class, List.of(directory.toString(), report.toString()), output.toFile());
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("the play ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(report).as(Files.readString(output)).exists();
        return Files.readAllLines(report);
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, IOException problem) throws IOException {
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
