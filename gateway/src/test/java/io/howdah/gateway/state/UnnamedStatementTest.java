package io.howdah.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.sql.Statement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class UnnamedStatementTest {
    private final UnnamedStatement unnamed = new UnnamedStatement();

    @Test
    void whatTheServerSkippedBeforeAParseTakesNothingFromIt() {
        unnamed.leftServer();
        parse("COPY mine FROM STDIN");
        // A simple query in front of it was skipped, because something had failed before.
        assertThat(unnamed.isOlderThere()).isFalse();
        assertThat(unnamed.confirmed()).isTrue();
        assertThat(unnamed.exists()).isTrue();
        assertThat(restored()).contains("COPY mine FROM STDIN");
    }

    @Test
    void aSkippedParseLeavesNothingOnAServerThatHadNothing() {
        unnamed.leftServer();
        parse("SELECT 1");
        assertThat(unnamed.skipped()).isFalse();
        assertThat(unnamed.exists()).isFalse();
        assertThat(unnamed.isOnServer()).isFalse();
    }

    @Test
    void aSkippedParseGivesBackWhatTheClientHadElsewhere() {
        unnamed.leftServer();
        parse("SELECT 1");
        unnamed.confirmed();
        unnamed.leftServer();
        parse("SELECT 2");
        assertThat(unnamed.skipped()).isFalse();
        assertThat(restored()).contains("SELECT 1");
    }

    private void parse(String text) {
        ByteBuf body = Unpooled.copiedBuffer("\0" + text + "\0\0\0", StandardCharsets.UTF_8);
        unnamed.sent(body, 0, body.readableBytes(), true, Statement.PLAIN);
    }

    private String restored() {
        ByteBuf out = Unpooled.buffer();
        unnamed.restore(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
