package io.howdah.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryLockTest {
    @TempDir
    private Path directory;

    @Test
    void oneAtATimeHoldsIt() {
        Path file = directory.resolve("node1").resolve("lock");
        try (DirectoryLock _ = DirectoryLock.tryLock(file).orElseThrow()) {
            assertThat(DirectoryLock.tryLock(file)).isEmpty();
        }
        Optional<DirectoryLock> next = DirectoryLock.tryLock(file);
        assertThat(next).isPresent();
        next.orElseThrow().close();
    }
}
