package io.howdah.gateway.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementShapeTest {
    private final StatementShape shape = new StatementShape();

    private String text(String source) {
        byte[] bytes = source.getBytes(UTF_8);
        return shape.text(bytes, 0, bytes.length);
    }

    private long hash(String source) {
        byte[] bytes = source.getBytes(UTF_8);
        return shape.hash(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "SELECT abalance FROM pgbench_accounts WHERE aid = 4711;~select abalance from pgbench_accounts where aid = ?;",
                "select  a ,b\t from t /* who */ where x='it''s' /* why /* really */ */ and y=-1.5e+3~select a, b from t where x = ? and y = - ?",
                "SELECT * FROM t WHERE id IN (1, 2,3 , $4)~select * from t where id in (?)",
                "select array[1,2,3], f(1, 2), t.\"Name\"~select array[?], f(?, ?), t.\"Name\"",
                "select E'a\\'b', U&'x', x'1F', N'n', $$secret$$, $tag$sec$ret$tag$, $1~select ?, ?, ?, ?, ?, ?, ?",
                "ALTER ROLE app PASSWORD 'secret'~alter role app password ?",
                "select '1'::int, now()-interval '1 day'~select ?::int, now() - interval ?",
                "insert into t(a,b) values (1,'x'), (2,'y')~insert into t(a, b) values(?, ?), (?, ?)",
                "select a.b.c from x where j ->> 'k' = 'v' and n is null~select a.b.c from x where j ->> ? = ? and n is null",
                "select 'never closed, secret~select ?"
            })
    void constantsAreReplacedAndTheRestIsLaidOutInOneWay(String source, String expected) {
        assertThat(text(source)).isEqualTo(expected);
    }

    @Test
    void textsThatDifferInConstantsAndLayoutOnlyHaveOneHash() {
        long one = hash("select * from t where a = 1 and b in (1,2)");
        assertThat(hash("SELECT  *\tFROM t WHERE a='x' AND b IN ($1, $2, $3)")).isEqualTo(one);
        assertThat(hash("select * from t where a = 1 and c in (1,2)")).isNotEqualTo(one);
        assertThat(hash("select * from \"T\" where a = 1 and b in (1,2)")).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "'", "$", "$$", "$a$", "/*", "--", "\"", "e'\\", "1e", "u&'", "in(", "(((,,,", "::", ":"})
    void whateverIsCutOffIsReadToItsEnd(String source) {
        assertThat(text(source)).isNotNull();
        assertThat(hash(source)).isNotZero();
    }

    @Test
    void longTextsEndWithDots() {
        String long1 = "select " + "column_name, ".repeat(1000) + "1";
        assertThat(text(long1)).endsWith(" ...").hasSizeLessThan(1100);
        assertThat(hash(long1)).isEqualTo(hash(long1 + " from elsewhere"));
    }
}
