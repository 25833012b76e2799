package io.howdah.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units, tables, suggestions and progress. */
final class TextTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({"90,90000", "90s,90000", "500ms,500", "1m30s,90000", "2h,7200000", "1d,86400000", "0,0"})
    void readsDurations(String text, long millis) {
        assertThat(Units.duration(text)).hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-5s", "5x", "5s x", "1.5s", "5 s"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> Units.duration(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"999,999 ms", "1500,1.5 s", "12000,12 s", "125000,2 min 5 s"})
    void writesDurations(long millis, String text) {
        assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0h", "90s", "2m", "1h", "500ms"})
    void writesDurationsAsTheyAreTyped(String text) {
        assertThat(Units.compact(Units.duration(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 kB", "1536,1.5 kB", "10485760,10 MB", "1099511627776,1.0 TB"})
    void writesSizes(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void alignsTables() {
        Table table = new Table(List.of("NAME", "N"), Set.of(1));
        table.add(Table.Cell.of("a"), Table.Cell.of("100"));
        table.add(new Table.Cell("long name", Style.BAD), Table.Cell.of("5"));

        assertThat(table.render(terminal(false))).containsExactly("NAME         N", "a          100", "long name    5");
    }

    @Test
    void suggestsOnlyWhatIsNear() {
        List<String> commands = List.of("up", "down", "status", "psql", "switchover", "logs");

        assertThat(Nearest.to("stauts", commands)).hasValue("status");
        assertThat(Nearest.to("pslq", commands)).hasValue("psql");
        assertThat(Nearest.to("switch", commands)).hasValue("switchover");
        assertThat(Nearest.to("frobnicate", commands)).isEmpty();
    }

    @Test
    void saysWhatItWaitsForAfterThreeSeconds() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (ProgressView progress = new ProgressView(terminal(false), now::get, "admin starts")) {
            progress.step("node2", "clones");
            now.set(Instant.EPOCH.plusSeconds(2));
            progress.tick();
            assertThat(printed()).endsWith("node2: clones\n");
            now.set(Instant.EPOCH.plusSeconds(3));
            progress.tick();
            progress.tick();
            assertThat(printed().lines()).hasSize(2);
            assertThat(printed()).endsWith("still waiting (3 s) after: node2: clones\n");
            now.set(Instant.EPOCH.plusSeconds(13));
            progress.tick();
            assertThat(printed().lines()).hasSize(3);
            progress.step("node2", "streams");
            progress.tick();
            assertThat(printed().lines()).hasSize(4);
        }
    }

    @Test
    void redrawsOneLinePerComponent() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (ProgressView progress = new ProgressView(terminal(true), now::get, "admin starts")) {
            progress.step("node1", "starts");
            progress.step("gateway1", "starts");
            err.reset();
            progress.step("node1", "x".repeat(200));
        }
        String block = printed().substring(0, printed().indexOf("\u001b[J"));
        assertThat(block).startsWith("\u001b[2A").contains("gateway1  starts");
        assertThat(block.lines().map(line -> line.replaceAll("\u001b\\[[0-9]*[A-Za-z]|\r", "")))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(60));
    }

    private String printed() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Terminal terminal(boolean interactive) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Terminal(
                stream,
                stream,
                Reader.nullReader(),
                new Terminal.Features(false, interactive, interactive, 60, interactive));
    }
}
