package io.howdah.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static final long SEED = 20261121;

    /** Remembers what was read. */
    private static final class Memory implements TarReader.Sink {
        private final Map<String, String> entries = new LinkedHashMap<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private String name = "";

        @Override
        public void directory(String directory) {
            entries.put(directory, "directory");
        }

        @Override
        public void beginFile(String file, long bytes) {
            name = file;
            content.reset();
        }

        @Override
        public void content(byte[] buffer, int offset, int length) {
            content.write(buffer, offset, length);
        }

        @Override
        public void endFile() {
            entries.put(name, content.toString(StandardCharsets.UTF_8));
        }
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            entry(tar, "pg_wal/", "");
            entry(tar, "empty", "");
            entry(tar, "base/1/small", "x");
            entry(tar, "base/1/block", "y".repeat(512));
            entry(tar, "base/1/large", "z".repeat(5000));
        }
        return bytes.toByteArray();
    }

    private static void entry(TarArchiveOutputStream tar, String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
    }

    @Test
    void piecesOfAnySizeGiveTheSameEntries() throws IOException {
        byte[] archive = archive();
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            Memory memory = new Memory();
            TarReader reader = new TarReader(memory);
            int position = 0;
            while (position < archive.length) {
                int count = Math.min(archive.length - position, 1 + random.nextInt(1500));
                reader.accept(archive, position, count);
                position += count;
            }
            reader.finish();
            assertThat(memory.entries)
                    .as("seed %d round %d", SEED, round)
                    .containsEntry("pg_wal/", "directory")
                    .containsEntry("empty", "")
                    .containsEntry("base/1/small", "x")
                    .containsEntry("base/1/block", "y".repeat(512))
                    .containsEntry("base/1/large", "z".repeat(5000))
                    .hasSize(5);
        }
    }

    @Test
    void anArchiveThatEndsEarlyIsRefused() throws IOException {
        TarReader reader = new TarReader(new Memory());
        reader.accept(archive(), 0, 512 * 4);
        reader.accept(archive(), 512 * 4, 100);
        assertThatThrownBy(reader::finish).isInstanceOf(BackupException.class);
    }

    @Test
    void linksAreRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry link = new TarArchiveEntry("pg_tblspc/16385", TarConstants.LF_SYMLINK);
            link.setLinkName("/fast");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        assertThatThrownBy(() -> new TarReader(new Memory()).accept(bytes.toByteArray(), 0, bytes.size()))
                .hasMessageContaining("pg_tblspc/16385");
    }

    @Test
    void damageGivesNothingButBackupExceptions() throws IOException {
        byte[] whole = archive();
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(whole, 512 * (1 + random.nextInt(8)));
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                TarReader reader = new TarReader(new Memory());
                reader.accept(damaged, 0, damaged.length);
                reader.finish();
            } catch (BackupException e) {
                // As it should be.
            } catch (RuntimeException e) {
                fail("seed %d round %d: %s".formatted(SEED, round, e), e);
            }
        }
    }
}
