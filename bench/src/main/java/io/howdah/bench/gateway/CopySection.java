package io.howdah.bench.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A long result: COPY of 500 MB in rows of 1 KB out of the server, thrown away by psql's reader. */
final class CopySection implements Section {
    private static final int ROWS = 500_000;
    private static final int MEGABYTES = 500;
    private static final String STATEMENT =
            "COPY (SELECT repeat('x', 999) FROM generate_series(1, %d)) TO STDOUT".formatted(ROWS);

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public String words() {
        return "COPY of %d MB out".formatted(MEGABYTES);
    }

    @Override
    public void run(Course course) throws Exception {
        read(course.way(Way.HOWDAH));
        course.compare("COPY of %d MB out: MB/s (processor per MB)".formatted(MEGABYTES), CopySection::read);
    }

    private static Measurement read(Way way) throws IOException, InterruptedException {
        double before = way.usage().processorSeconds();
        long from = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "psql",
                        "-X",
                        "-h" + way.uri().getHost(),
                        "-p" + way.uri().getPort(),
                        "-U" + way.user(),
                        "-c" + STATEMENT,
                        way.database()))
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", way.password());
        Process process = builder.start();
        long bytes = process.getInputStream().transferTo(OutputStream.nullOutputStream());
        int code = process.waitFor();
        double seconds = (System.nanoTime() - from) / 1e9;
        if (code != 0 || bytes < MEGABYTES * 1_000_000L) {
            return Measurement.failed("psql ended with %d after %d bytes".formatted(code, bytes));
        }
        double used = way.usage().processorSeconds() - before;
        return new Measurement(MEGABYTES / seconds, used * 1_000_000 / MEGABYTES, 0, "");
    }
}
