package io.howdah.gateway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which commands concern connections that others have, and whose. */
final class CatalogCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            DROP DATABASE shop                                  | NEEDS_EMPTY_DATABASE | shop      | -   | false
            drop /* old */ database if exists "Shop""1" (force) | NEEDS_EMPTY_DATABASE | Shop"1    | -   | false
            ALTER DATABASE shop RENAME TO stock                 | NEEDS_EMPTY_DATABASE | shop      | -   | false
            ALTER DATABASE "shop" SET TABLESPACE fast           | NEEDS_EMPTY_DATABASE | shop      | -   | false
            CREATE DATABASE new                                 | NEEDS_EMPTY_DATABASE | template1 | -   | false
            CREATE DATABASE new OWNER ann TEMPLATE = Shop       | NEEDS_EMPTY_DATABASE | shop      | -   | false
            ALTER DATABASE shop SET work_mem = '1MB'            | CHANGES_DEFAULTS     | shop      | -   | true
            ALTER DATABASE shop OWNER TO ann                    | CHANGES_DEFAULTS     | shop      | -   | false
            ALTER ROLE Ann SET work_mem TO '1MB'                | CHANGES_DEFAULTS     | -         | ann | true
            ALTER USER ann IN DATABASE shop RESET ALL           | CHANGES_DEFAULTS     | shop      | ann | true
            ALTER ROLE ALL SET work_mem = '1MB'                 | CHANGES_DEFAULTS     | -         | -   | true
            ALTER ROLE ann PASSWORD 'set'                       | CHANGES_DEFAULTS     | -         | ann | false
            """)
    void commandsSayWhomTheyConcern(String text, StatementKind kind, String database, String role, boolean settings) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Statement> statements = new StatementScanner().scan(bytes, 0, bytes.length);
        assertThat(statements).extracting(Statement::kind).containsExactly(kind);
        CatalogCommand command = CatalogCommand.read(statements.getFirst());
        assertThat(command.database().orElse("-")).isEqualTo(database);
        assertThat(command.role().orElse("-")).isEqualTo(role);
        assertThat(command.settings()).isEqualTo(settings);
    }
}
