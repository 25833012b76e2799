package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PromiseFileTest {
    private static final Promise PROMISE = new Promise(
            new ClusterId("0123456789abcdef"),
            new NodeId("node2"),
            -7710593936139617949L,
            new Term(7),
            -42,
            Optional.of(new NodeId("node1")),
            new TimelineId(9),
            new Term(6),
            Optional.of(new NodeId("node3")),
            Optional.of(Position.of(8, "16/B374D848")),
            Promise.Operation.REWIND);

    @TempDir
    private Path directory;

    @Test
    void remembersAllThatWasPromised() {
        PromiseFile file = new PromiseFile(directory.resolve("promise"));

        file.write(PROMISE);

        assertThat(file.read()).contains(PROMISE);
    }

    @Test
    void knowsNothingBeforeTheFirstPromise() {
        assertThat(new PromiseFile(directory.resolve("promise")).read()).isEmpty();
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        Path path = directory.resolve("promise");

        new PromiseFile(path).write(PROMISE);

        assertThat(Files.getPosixFilePermissions(path)).hasToString("[OWNER_READ, OWNER_WRITE]");
    }

    @Test
    void everyDamagedByteIsNoticed() throws IOException {
        Path path = directory.resolve("promise");
        PromiseFile file = new PromiseFile(path);
        file.write(PROMISE);
        byte[] whole = Files.readAllBytes(path);

        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x04;
            Files.write(path, damaged);

            assertThatThrownBy(file::read)
                    .as("byte %d", i)
                    .isInstanceOf(NodeException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aTruncatedPromiseIsNoticed() throws IOException {
        Path path = directory.resolve("promise");
        PromiseFile file = new PromiseFile(path);
        file.write(PROMISE);
        String whole = Files.readString(path);

        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(path, whole.substring(0, length));

            assertThatThrownBy(file::read).as("length %d", length).isInstanceOf(NodeException.class);
        }
    }
}
