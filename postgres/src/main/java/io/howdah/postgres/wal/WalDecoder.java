package io.howdah.postgres.wal;

import io.howdah.kernel.model.Lsn;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Puts the records of a log together again from a stream that may be cut anywhere: takes off the pages' headers, follows records over
 * pages, and steps over what is not needed. It keeps at most the records of transactions' ends and the first {@value #GLANCE_BYTES} bytes
 * of all others.
 *
 * <p>For servers with little-endian processors and pages of 8 KiB, which the first page confirms. Not safe for threads.
 */
public final class WalDecoder {
    static final int PAGE_BYTES = 8192;

    private static final int GLANCE_BYTES = 4 << 10;
    private static final int LARGEST_END_BYTES = 64 << 20;
    private static final int RECORD_HEADER_BYTES = 24;
    private static final int SHORT_HEADER_BYTES = 24;
    private static final int LONG_HEADER_BYTES = 40;
    private static final int ALIGNMENT = 8;
    private static final int FLAG_CONTINUES = 0x0001;
    private static final int FLAG_LONG_HEADER = 0x0002;
    private static final int OLDEST_MAGIC = 0xD10D;
    private static final int NEWEST_MAGIC = 0xD1FF;
    private static final byte MANAGER_XLOG = 0;
    private static final byte MANAGER_TRANSACTION = 1;
    private static final int SWITCH = 0x40;

    private final RecordReader reader;
    private final long segmentBytes;
    private final ByteBuffer header = ByteBuffer.allocate(LONG_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer record = ByteBuffer.allocate(GLANCE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;
    private int headerBytes = SHORT_HEADER_BYTES;
    /** So much belongs to a record that began before the stream. */
    private long foreignBytes;
    /** After the last record of a segment. */
    private long nothingBefore;

    private int total;
    private int seen;

    /**
     * @param from where the stream begins: the beginning of a page
     * @param segmentBytes wal_segment_size
     */
    public WalDecoder(Lsn from, long segmentBytes, WalSink sink) {
        if (from.value() % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(from + " is not the beginning of a page");
        }
        this.position = from.value();
        this.segmentBytes = segmentBytes;
        this.reader = new RecordReader(sink);
    }

    /** The page that a position lies on begins here. */
    public static Lsn pageStart(Lsn position) {
        return new Lsn(position.value() / PAGE_BYTES * PAGE_BYTES);
    }

    /** Everything before this has been decoded, but for a record that goes on after it. */
    public Lsn position() {
        return new Lsn(position);
    }

    /** Decodes what comes next; throws {@link WalFormatException} when it cannot be that. */
    public void decode(Lsn start, ByteBuf data) {
        if (start.value() != position) {
            throw new WalFormatException("the log goes on at " + start + " where " + position() + " was expected");
        }
        while (data.isReadable()) {
            int inPage = (int) (position % PAGE_BYTES);
            if (position < nothingBefore) {
                skip(data, nothingBefore - position);
            } else if (inPage == 0 || (header.position() > 0 && header.position() < headerBytes)) {
                pageHeader(data);
            } else {
                body(data, PAGE_BYTES - inPage);
            }
        }
    }

    private int skip(ByteBuf data, long most) {
        int step = (int) Math.min(data.readableBytes(), most);
        data.skipBytes(step);
        position += step;
        return step;
    }

    private void pageHeader(ByteBuf data) {
        if (position % PAGE_BYTES == 0) {
            header.clear();
            headerBytes = SHORT_HEADER_BYTES;
        }
        int step = Math.min(data.readableBytes(), headerBytes - header.position());
        header.limit(header.position() + step);
        data.readBytes(header);
        position += step;
        if (header.position() == SHORT_HEADER_BYTES && (header.getShort(2) & FLAG_LONG_HEADER) != 0) {
            headerBytes = LONG_HEADER_BYTES;
        }
        if (header.position() == headerBytes) {
            pageBegins();
        }
    }

    private void pageBegins() {
        int magic = header.getShort(0) & 0xffff;
        long page = position - headerBytes;
        boolean plausible = magic >= OLDEST_MAGIC && magic <= NEWEST_MAGIC && header.getLong(8) == page;
        if (!plausible) {
            throw new WalFormatException(
                    "at %s stands no page of the log: magic number %x, address %s. Versions 14 to 18 on little-endian processors, with pages of 8 KiB, can be read"
                            .formatted(new Lsn(page), magic, new Lsn(header.getLong(8))));
        }
        reader.format(magic);
        boolean continues = (header.getShort(2) & FLAG_CONTINUES) != 0;
        long rest = Integer.toUnsignedLong(header.getInt(16));
        if (seen == 0) {
            foreignBytes = continues ? rest : 0;
        } else if (!continues) {
            // The server crashed in the middle of the record and gave it up.
            seen = 0;
            foreignBytes = 0;
        } else if (rest != total - seen) {
            throw new WalFormatException("on page %s a record goes on for %d bytes instead of %d"
                    .formatted(new Lsn(page), rest, total - seen));
        }
    }

    private void body(ByteBuf data, int leftOnPage) {
        int available = Math.min(data.readableBytes(), leftOnPage);
        if (foreignBytes > 0) {
            foreignBytes -= skip(data, Math.min(available, foreignBytes));
        } else if (seen == 0 && position % ALIGNMENT != 0) {
            skip(data, Math.min(available, ALIGNMENT - position % ALIGNMENT));
        } else if (seen < RECORD_HEADER_BYTES) {
            take(data, Math.min(available, RECORD_HEADER_BYTES - seen));
            // The length is never cut by a page, because records begin at multiples of eight.
            if (seen >= Integer.BYTES) {
                recordBegins();
            }
            if (seen == RECORD_HEADER_BYTES) {
                makeRoom();
                finishIfWhole();
            }
        } else {
            take(data, Math.min(available, total - seen));
            finishIfWhole();
        }
    }

    private void take(ByteBuf data, int length) {
        int kept = Math.max(0, Math.min(length, record.capacity() - seen));
        data.readBytes(record.array(), Math.min(seen, record.capacity()), kept);
        data.skipBytes(length - kept);
        seen += length;
        position += length;
    }

    private void recordBegins() {
        total = record.getInt(0);
        if (total < RECORD_HEADER_BYTES) {
            throw new WalFormatException("a record before %s is %d bytes long".formatted(position(), total));
        }
    }

    private void makeRoom() {
        int wanted = record.get(17) == MANAGER_TRANSACTION ? Math.min(total, LARGEST_END_BYTES) : GLANCE_BYTES;
        boolean tooSmall = record.capacity() < wanted;
        boolean tooLarge = wanted <= GLANCE_BYTES && record.capacity() > GLANCE_BYTES;
        if (tooSmall || tooLarge) {
            record = ByteBuffer.wrap(Arrays.copyOf(record.array(), Math.max(wanted, GLANCE_BYTES)))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private void finishIfWhole() {
        if (seen < total) {
            return;
        }
        record.clear().limit(Math.min(total, record.capacity()));
        seen = 0;
        reader.read(record, total);
        boolean segmentEnds = record.get(17) == MANAGER_XLOG && (record.get(16) & 0xf0) == SWITCH;
        if (segmentEnds) {
            nothingBefore = (position + segmentBytes - 1) / segmentBytes * segmentBytes;
        }
    }
}
