package io.howdah.postgres.replication;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Takes a tar archive in pieces of any size, as they arrive, and hands out its entries. Knows what PostgreSQL writes:
 * the ustar format with files, directories and links, large sizes in base 256 (src/port/tar.c).
 */
final class TarReader {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_OFFSET = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM_OFFSET = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE_OFFSET = 156;
    private static final int PREFIX_OFFSET = 345;
    private static final int PREFIX_BYTES = 155;

    private final Sink sink;
    private final byte[] header = new byte[BLOCK_BYTES];
    private int headerBytes;
    private long contentLeft;
    private long paddingLeft;
    private boolean inFile;

    /** Takes the entries, in the archive's order. */
    interface Sink {
        void directory(String name) throws IOException;

        /** A file begins; its content follows in pieces, then {@link #endFile}. */
        void beginFile(String name, long bytes) throws IOException;

        void content(byte[] buffer, int offset, int length) throws IOException;

        void endFile() throws IOException;
    }

    TarReader(Sink sink) {
        this.sink = sink;
    }

    void accept(byte[] buffer, int offset, int length) throws IOException {
        int position = offset;
        int end = offset + length;
        while (position < end) {
            if (contentLeft > 0) {
                int count = (int) Math.min(contentLeft, end - position);
                sink.content(buffer, position, count);
                contentLeft -= count;
                position += count;
                finishFileWhenComplete();
            } else if (paddingLeft > 0) {
                int count = (int) Math.min(paddingLeft, end - position);
                paddingLeft -= count;
                position += count;
            } else {
                int count = Math.min(BLOCK_BYTES - headerBytes, end - position);
                System.arraycopy(buffer, position, header, headerBytes, count);
                headerBytes += count;
                position += count;
                if (headerBytes == BLOCK_BYTES) {
                    headerBytes = 0;
                    takeHeader();
                }
            }
        }
    }

    /** The archive ended; throws when that was in the middle of an entry. */
    void finish() {
        if (headerBytes > 0 || contentLeft > 0 || paddingLeft > 0) {
            throw new BackupException("the archive ended in the middle of an entry");
        }
    }

    private void takeHeader() throws IOException {
        if (isZero()) {
            return;
        }
        verifyHeader();
        String prefix = text(PREFIX_OFFSET, PREFIX_BYTES);
        String name = prefix.isEmpty() ? text(0, NAME_BYTES) : prefix + "/" + text(0, NAME_BYTES);
        long bytes = size();
        switch (header[TYPE_OFFSET]) {
            case '0', 0 -> {
                contentLeft = bytes;
                paddingLeft = (BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES;
                inFile = true;
                sink.beginFile(name, bytes);
                finishFileWhenComplete();
            }
            case '5' -> sink.directory(name);
            case '1', '2' ->
                throw new BackupException(
                        "the source keeps %s outside of its data directory; clones of such databases are not supported yet"
                                .formatted(name));
            default ->
                throw new BackupException(
                        "entry %s of the archive has unknown type %d".formatted(name, header[TYPE_OFFSET]));
        }
    }

    private void finishFileWhenComplete() throws IOException {
        if (inFile && contentLeft == 0) {
            inFile = false;
            sink.endFile();
        }
    }

    private boolean isZero() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void verifyHeader() {
        int sum = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            boolean isChecksum = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_BYTES;
            sum += isChecksum ? ' ' : header[i] & 0xFF;
        }
        if (sum != number(CHECKSUM_OFFSET, CHECKSUM_BYTES)) {
            throw new BackupException("a header of the archive is damaged");
        }
    }

    private long size() {
        long size;
        if ((header[SIZE_OFFSET] & 0x80) == 0) {
            size = number(SIZE_OFFSET, SIZE_BYTES);
        } else {
            size = 0;
            for (int i = SIZE_OFFSET + SIZE_BYTES - Long.BYTES; i < SIZE_OFFSET + SIZE_BYTES; i++) {
                size = (size << 8) | (header[i] & 0xFF);
            }
        }
        if (size < 0) {
            throw new BackupException("an entry of the archive has a negative size");
        }
        return size;
    }

    private long number(int offset, int length) {
        String digits = text(offset, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new BackupException("a number in a header of the archive is damaged", e);
        }
    }

    private String text(int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.UTF_8);
    }
}
