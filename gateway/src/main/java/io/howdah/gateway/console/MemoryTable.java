package io.howdah.gateway.console;

/** SHOW MEM: PgBouncer shows its slabs; a Java process has one heap. */
final class MemoryTable {
    private MemoryTable() {}

    static Answer of(Runtime runtime) {
        long total = runtime.totalMemory();
        long free = runtime.freeMemory();
        return new TableBuilder("name #size #used #free #memtotal")
                .row("heap", 1, total - free, free, total)
                .answer();
    }
}
