package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DiskWatchTest {
    private static final Path DATA = Path.of("/data/node1/pgdata");

    private final AtomicLong free = new AtomicLong(1L << 30);
    private final AtomicLong logFree = new AtomicLong(1L << 30);
    private final AtomicLong now = new AtomicLong();
    private final DiskWatch watch = new DiskWatch(
            DATA, directory -> directory.endsWith("pg_wal") ? logFree.get() : free.get(), () -> now.addAndGet(1_000));

    @Test
    void shortOfRoomIsSaidInTimeAndUnsaidOnlyWhenThereIsClearlyMore() {
        assertThat(watch.ailment()).isEmpty();
        free.set(DiskWatch.SHORT_BYTES - 1);
        assertThat(watch.ailment()).contains("has 31 MB of disk left for /data/node1/pgdata");
        free.set(DiskWatch.ENOUGH_BYTES - 1);
        assertThat(watch.ailment()).contains("has 63 MB of disk left for /data/node1/pgdata");
        free.set(DiskWatch.ENOUGH_BYTES);
        assertThat(watch.ailment()).isEmpty();
        free.set(DiskWatch.SHORT_BYTES);
        assertThat(watch.ailment()).as("it was well").isEmpty();
    }

    @Test
    void theLogMayHaveADiskOfItsOwn() {
        logFree.set(0);
        assertThat(watch.ailment()).contains("has 0 MB of disk left for /data/node1/pgdata/pg_wal");
    }

    @Test
    void whatCannotBeAskedIsNoReason() {
        DiskWatch blind = new DiskWatch(
                DATA,
                directory -> {
                    throw new IOException("gone");
                },
                now::get);
        assertThat(blind.ailment()).isEmpty();
    }
}
