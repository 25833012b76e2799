package io.howdah.postgres.wal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what one record means: {@code XLogRecord}, then the headers of its blocks, then its own data. Pages' images and rows are not
 * looked at, so that the beginning of a record is enough.
 */
final class RecordReader {
    private static final int HEADER_BYTES = 24;
    private static final int MAGIC_15 = 0xD110;
    private static final int MAGIC_18 = 0xD118;

    // Resource managers, access/rmgrlist.h.
    private static final int XLOG = 0;
    private static final int TRANSACTION = 1;
    private static final int DATABASE = 4;
    private static final int RELATION_MAP = 7;
    private static final int HEAP2 = 9;
    private static final int HEAP = 10;
    private static final int GENERIC = 20;
    private static final int FIRST_CUSTOM = 128;

    // Headers of blocks, access/xlogrecord.h.
    private static final int LAST_BLOCK = 32;
    private static final int TOP_TRANSACTION = 252;
    private static final int ORIGIN = 253;
    private static final int DATA_LONG = 254;
    private static final int DATA_SHORT = 255;
    private static final int FORK_MASK = 0x0f;
    private static final int HAS_IMAGE = 0x10;
    private static final int SAME_RELATION = 0x80;
    private static final int IMAGE_HAS_HOLE = 0x01;
    private static final int IMAGE_COMPRESSED_14 = 0x02;
    private static final int IMAGE_COMPRESSED = 0x1c;

    // Ends of transactions, access/xact.h.
    private static final int COMMIT = 0x00;
    private static final int ABORT = 0x20;
    private static final int COMMIT_PREPARED = 0x30;
    private static final int ABORT_PREPARED = 0x40;
    private static final int HAS_INFO = 0x80;
    private static final int HAS_DATABASE = 1;
    private static final int HAS_SUBTRANSACTIONS = 1 << 1;
    private static final int HAS_FILES = 1 << 2;
    private static final int HAS_INVALIDATIONS = 1 << 3;
    private static final int HAS_TWO_PHASES = 1 << 4;
    private static final int HAS_STATISTICS = 1 << 8;

    private final WalSink sink;
    private int magic = MAGIC_15;

    RecordReader(WalSink sink) {
        this.sink = sink;
    }

    /** @param pageMagic which version wrote the records that come now */
    void format(int pageMagic) {
        magic = pageMagic;
    }

    /**
     * @param record its beginning, from position 0 to the limit
     * @param total how long it is altogether
     */
    void read(ByteBuffer record, int total) {
        int transaction = record.getInt(4);
        int info = record.get(16) & 0xff;
        int manager = record.get(17) & 0xff;
        record.position(HEADER_BYTES);
        try {
            if (manager == TRANSACTION) {
                end(record, transaction, info, total);
            } else if (manager == RELATION_MAP || manager == DATABASE) {
                sink.changedUnknown(transaction);
            } else if (changesRows(manager, info)) {
                blocks(record, transaction, total);
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new WalFormatException("a record of %d bytes, resource manager %d, info %x cannot be read"
                    .formatted(total, manager, info));
        }
    }

    /** Locks of rows, and what is changed in place (statistics of relations), change no row that anybody could read. */
    private static boolean changesRows(int manager, int info) {
        int operation = info & 0x70;
        return switch (manager) {
            // Insert, delete, update, truncate, hot update.
            case HEAP -> operation <= 0x40;
            case HEAP2 -> operation == 0x50;
            // Whole pages, but for those that only carry hints.
            case XLOG -> (info & 0xf0) == 0xb0;
            default -> manager == GENERIC || manager >= FIRST_CUSTOM;
        };
    }

    private void blocks(ByteBuffer record, int transaction, int total) {
        int tablespace = 0;
        int database = 0;
        int number = 0;
        boolean any = false;
        // What follows the headers; they end where only that is left.
        long content = 0;
        while (total - record.position() > content) {
            int id = record.get() & 0xff;
            if (id > LAST_BLOCK) {
                content += other(record, id);
                continue;
            }
            int flags = record.get() & 0xff;
            content += record.getShort() & 0xffff;
            if ((flags & HAS_IMAGE) != 0) {
                content += image(record);
            }
            if ((flags & SAME_RELATION) == 0) {
                tablespace = record.getInt();
                database = record.getInt();
                number = record.getInt();
            }
            record.getInt();
            if ((flags & FORK_MASK) == 0) {
                any = true;
                sink.changed(transaction, tablespace, database, number);
            }
        }
        if (!any) {
            // It says what it changes in a way of its own.
            sink.changedUnknown(transaction);
        }
    }

    /** Steps over the header of an image. Says how long the image is. */
    private int image(ByteBuffer record) {
        int length = record.getShort() & 0xffff;
        record.getShort();
        int flags = record.get() & 0xff;
        boolean compressed = (flags & (magic >= MAGIC_15 ? IMAGE_COMPRESSED : IMAGE_COMPRESSED_14)) != 0;
        if (compressed && (flags & IMAGE_HAS_HOLE) != 0) {
            record.getShort();
        }
        return length;
    }

    /** Steps over a header that is not a block's. Says how much content it announces. */
    private static long other(ByteBuffer record, int id) {
        return switch (id) {
            case DATA_SHORT -> record.get() & 0xff;
            case DATA_LONG -> Integer.toUnsignedLong(record.getInt());
            case ORIGIN -> record.getShort() & 0;
            case TOP_TRANSACTION -> record.getInt() & 0;
            default -> throw new IllegalArgumentException("block " + id);
        };
    }

    private void end(ByteBuffer record, int transaction, int info, int total) {
        int operation = info & 0x70;
        boolean ends = operation == COMMIT
                || operation == ABORT
                || operation == COMMIT_PREPARED
                || operation == ABORT_PREPARED;
        if (!ends) {
            return;
        }
        if (record.limit() < total) {
            throw new WalFormatException(
                    "the end of transaction %s takes %d bytes".formatted(Integer.toUnsignedString(transaction), total));
        }
        long content = 0;
        while (total - record.position() > content) {
            content += other(record, record.get() & 0xff);
        }
        record.getLong();
        int details = (info & HAS_INFO) == 0 ? 0 : record.getInt();
        if ((details & HAS_DATABASE) != 0) {
            skip(record, 1, 8);
        }
        List<Integer> subtransactions = new ArrayList<>();
        if ((details & HAS_SUBTRANSACTIONS) != 0) {
            int count = record.getInt();
            for (int index = 0; index < count; index++) {
                subtransactions.add(record.getInt());
            }
        }
        int ended = transaction;
        if ((details & HAS_TWO_PHASES) != 0) {
            if ((details & HAS_FILES) != 0) {
                skip(record, record.getInt(), 12);
            }
            if ((details & HAS_STATISTICS) != 0) {
                skip(record, record.getInt(), magic >= MAGIC_18 ? 16 : 12);
            }
            if ((details & HAS_INVALIDATIONS) != 0) {
                skip(record, record.getInt(), 16);
            }
            ended = record.getInt();
        }
        boolean committed = operation == COMMIT || operation == COMMIT_PREPARED;
        sink.ended(new TransactionEnd(ended, subtransactions, committed));
    }

    private static void skip(ByteBuffer record, int count, int bytes) {
        record.position(Math.addExact(record.position(), Math.multiplyExact(count, bytes)));
    }
}
