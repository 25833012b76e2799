package io.howdah.bench;

import io.howdah.gateway.classify.Access;
import io.howdah.gateway.classify.NameSource;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.sql.Lexis;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.wire.TransactionStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges a corpus of SQL files, such as the statements of PostgreSQL's regression suite, with the server as oracle: whatever is called a
 * read is first executed in a READ ONLY transaction that must not be refused as a write (25006), take a transaction id, leave an
 * advisory lock or change a sequence's place in the session. Then the statement is executed as it is, so that those after it find what they need.
 */
final class ClassificationCorpus {
    private final NameSource names;
    private final PostgresClient client;
    private final String database;
    private final StatementClassifier classifier = new StatementClassifier();
    private final Map<String, Integer> verdicts = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private NameTable known = NameTable.KEYWORDS;
    private boolean stale = true;
    private int statements;

    private ClassificationCorpus(NameSource names, PostgresClient client, String database) {
        this.names = names;
        this.client = client;
        this.database = database;
    }

    /** @param files a directory of .sql files, executed in the order of their names after test_setup.sql */
    static boolean run(NameSource names, Endpoint server, String user, String database, Path files) throws IOException {
        List<Path> all;
        try (var listed = Files.list(files)) {
            all = listed.filter(file -> file.toString().endsWith(".sql"))
                    .sorted((one, other) -> order(one).compareTo(order(other)))
                    .toList();
        }
        Map<String, Integer> verdicts = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        int statements = 0;
        for (Path file : all) {
            ConnectOptions options = ConnectOptions.of(server, user, database, new Credential.None())
                    .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(60));
            try (PostgresClient client = PostgresClient.connect(options)) {
                ClassificationCorpus corpus = new ClassificationCorpus(names, client, database);
                client.execute("SET statement_timeout = '20s'");
                corpus.read(Files.readString(file, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1));
                corpus.verdicts.forEach((judgment, count) -> verdicts.merge(judgment, count, Integer::sum));
                corpus.wrong.forEach(each -> wrong.add(file.getFileName() + ": " + each));
                statements += corpus.statements;
            } catch (PostgresConnectionException e) {
                System.out.println(
                        file.getFileName() + ": the connection ended, its rest was not judged: " + e.getMessage());
            }
        }
        System.out.println(all.size() + " files, " + statements + " statements: " + verdicts);
        wrong.forEach(System.out::println);
        System.out.println(wrong.size() + " reads that are none");
        return wrong.isEmpty();
    }

    private static String order(Path file) {
        String name = file.getFileName().toString();
        return switch (name) {
            case "test_setup.sql" -> "";
            // Its volatile casts keep everything after it from replicas.
            case "create_cast.sql" -> "~" + name;
            default -> name;
        };
    }

    private void read(byte[] text) {
        int start = 0;
        while (start < text.length) {
            int end = statementEnd(text, start);
            byte[] statement = new byte[Math.max(0, end - start)];
            System.arraycopy(text, start, statement, 0, statement.length);
            start = end + 1;
            String sql = new String(statement, StandardCharsets.UTF_8).strip();
            if (!sql.isEmpty() && sql.indexOf('\\') != 0 && !sql.contains("\n\\")) {
                judge(sql);
            }
        }
    }

    private static int statementEnd(byte[] text, int from) {
        int position = from;
        int depth = 0;
        while (position < text.length) {
            byte character = text[position];
            switch (character) {
                case ';' -> {
                    if (depth == 0) {
                        return position;
                    }
                    position++;
                }
                case '(' -> {
                    depth++;
                    position++;
                }
                case ')' -> {
                    depth = Math.max(0, depth - 1);
                    position++;
                }
                case '\'', '"' -> {
                    boolean escapes = position > from && (text[position - 1] | 0x20) == 'e';
                    position = Lexis.afterQuoted(text, position, text.length, escapes);
                }
                case '$' -> position = Lexis.afterDollar(text, position, text.length);
                case '-' ->
                    position = Lexis.follows(text, position, text.length, '-')
                            ? Lexis.afterLine(text, position, text.length)
                            : position + 1;
                case '/' ->
                    position = Lexis.follows(text, position, text.length, '*')
                            ? Lexis.afterComment(text, position, text.length)
                            : position + 1;
                default ->
                    position =
                            Lexis.isNameStart(character) ? Lexis.afterName(text, position, text.length) : position + 1;
            }
        }
        return text.length;
    }

    private void judge(String sql) {
        statements++;
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        Access access = classifier.classify(text, 0, text.length, known, true).access();
        boolean maybe = classifier
                        .classify(text, 0, text.length, NameTable.KEYWORDS, true)
                        .access()
                == Access.UNKNOWN;
        if (stale && maybe && client.transactionStatus() == TransactionStatus.IDLE) {
            known = names.fetch(database);
            stale = false;
            access = classifier.classify(text, 0, text.length, known, true).access();
        }
        boolean conforming = client.parameters()
                .getOrDefault("standard_conforming_strings", "on")
                .equals("on");
        boolean copies = sql.matches("(?is).*\\bcopy\\b.*\\b(stdin|stdout)\\b.*");
        verdicts.merge(access.toString(), 1, Integer::sum);
        if (access == Access.READ && conforming && !copies) {
            tryAsRead(sql);
        } else {
            stale |= access == Access.WRITE;
        }
        if (!copies) {
            attempt(sql);
        }
    }

    private void tryAsRead(String sql) {
        if (client.transactionStatus() != TransactionStatus.IDLE) {
            return;
        }
        attempt("BEGIN READ ONLY");
        String refused = attempt(sql);
        String traces = "";
        if (refused.isEmpty()) {
            traces = client.query(
                            "SELECT (pg_current_xact_id_if_assigned() IS NOT NULL)::int || ' ids, '"
                                    + " || (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') || ' locks' AS traces")
                    .getFirst()
                    .text("traces");
        }
        attempt("ROLLBACK");
        if (refused.equals("25006") || !(traces.isEmpty() || traces.equals("0 ids, 0 locks"))) {
            wrong.add(refused + " " + traces + ": " + sql);
        }
    }

    /** The SQLSTATE of its error, empty without one. */
    private String attempt(String sql) {
        try {
            client.execute(sql);
            return "";
        } catch (PostgresException e) {
            return e.sqlState();
        }
    }
}
