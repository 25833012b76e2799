package io.howdah.testkit.fuzz;

import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A gateway in memory whose client, or server, sends any bytes in any pieces. */
final class GatewayTargets {
    private static final String EVERYBODY = "local all all trust\n";
    private static final String BY_PASSWORD = "local all known scram-sha-256\nlocal all all md5\n";
    private static final byte[] STARTUP = bytes(out ->
            StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "database", "postgres")));
    /** A server's words at log-in: authenticated, parameters, key, ready. */
    private static final byte[] WELCOME = join(
            message('R', 0, 0, 0, 0),
            status("server_version", "15.8"),
            status("client_encoding", "UTF8"),
            status("in_hot_standby", "off"),
            status("standard_conforming_strings", "on"),
            message('K', 0, 0, 0, 7, 1, 2, 3, 4),
            ready());

    private static final byte[] NULL_QUERY = join(message('C', "SELECT 0\0"), ready());
    private static final byte SYNC = 'S';
    private static final byte QUERY = 'Q';

    private GatewayTargets() {}

    /** The client's bytes from the first one on; a server would welcome it. */
    static void login(byte[] input) {
        try (GatewayInMemory gateway = new GatewayInMemory(BY_PASSWORD)) {
            for (byte[] piece : pieces(input)) {
                gateway.clientSends(piece);
                answer(gateway);
            }
            gateway.takeFromClient();
        }
    }

    /** The client's bytes after its log-in. The server answers each request, never with rows. */
    static void client(byte[] input) {
        try (GatewayInMemory gateway = welcomed()) {
            for (byte[] piece : pieces(input)) {
                gateway.clientSends(piece);
                answer(gateway);
            }
            gateway.takeFromClient();
        }
    }

    /** The server's bytes after a log-in, to a client that asks in all ways. */
    static void server(byte[] input) {
        try (GatewayInMemory gateway = welcomed()) {
            List<byte[]> pieces = pieces(input);
            int asked = 0;
            for (byte[] piece : pieces) {
                if (asked < QUESTIONS.size()) {
                    gateway.clientSends(QUESTIONS.get(asked));
                    asked++;
                }
                gateway.takeFromServer();
                gateway.serverSends(piece);
            }
            gateway.takeFromClient();
        }
    }

    private static GatewayInMemory welcomed() {
        GatewayInMemory gateway = new GatewayInMemory(EVERYBODY);
        gateway.clientSends(STARTUP);
        gateway.takeFromServer();
        gateway.serverSends(WELCOME);
        answer(gateway);
        gateway.takeFromClient();
        return gateway;
    }

    /** A server that has nothing to tell, but says when it is ready. */
    private static void answer(GatewayInMemory gateway) {
        byte[] asked = gateway.takeFromServer();
        int at = 0;
        while (asked.length - at >= 5) {
            int length = ByteBuffer.wrap(asked).getInt(at + 1);
            byte type = asked[at];
            if (type == 0) {
                gateway.serverSends(WELCOME);
                return;
            }
            if (type == SYNC) {
                gateway.serverSends(ready());
            } else if (type == QUERY) {
                gateway.serverSends(NULL_QUERY);
            }
            at += Math.max(1, length + 1);
        }
    }

    /**
     * The first bytes say how long the pieces are, as many as there are pieces; so a mutation of the cuts leaves the bytes as they are.
     */
    static List<byte[]> pieces(byte[] input) {
        List<byte[]> pieces = new ArrayList<>();
        int cuts = input.length == 0 ? 0 : Math.min(input[0] & 0x0f, input.length - 1);
        int at = Math.min(input.length, 1 + cuts);
        for (int cut = 0; cut < cuts && at < input.length; cut++) {
            int end = Math.min(input.length, at + (input[1 + cut] & 0xff));
            pieces.add(Arrays.copyOfRange(input, at, end));
            at = end;
        }
        if (at < input.length) {
            pieces.add(Arrays.copyOfRange(input, at, input.length));
        }
        return pieces;
    }

    /** One piece for each message. */
    private static byte[] cut(byte[]... messages) {
        byte[] head = new byte[1 + messages.length];
        head[0] = (byte) messages.length;
        for (int index = 0; index < messages.length; index++) {
            head[1 + index] = (byte) messages[index].length;
        }
        return join(head, join(messages));
    }

    // ---- seeds

    static List<byte[]> logins() {
        byte[] known = bytes(out -> StartupPacket.writeStartup(
                out, StartupPacket.PROTOCOL_3_0, Map.of("user", "known", "database", "postgres")));
        byte[] first = bytes(out -> FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", "n,,n=,r=abcdefgh"));
        byte[] last = bytes(out -> FrontendMessages.saslResponse(out, "c=biws,r=abcdefgh,p=AAAA"));
        byte[] cancel =
                bytes(out -> out.writeInt(16).writeInt(80877102).writeInt(1).writeInt(2));
        byte[] newest = bytes(out -> StartupPacket.writeStartup(
                out, (3 << 16) + 2, Map.of("user", "known", "_pq_.x", "1", "options", "-c work_mem=1MB")));
        return List.of(
                cut(STARTUP),
                cut(known, first, last),
                cut(bytes(out -> out.writeInt(8).writeInt(80877103)), STARTUP, first),
                cut(cancel),
                cut(newest, first, last));
    }

    static List<byte[]> requests() {
        return List.of(
                cut(query("SELECT 1"), query("BEGIN"), query("COMMIT")),
                cut(query("SET work_mem = '1MB'; SELECT 2"), query("DISCARD ALL")),
                cut(parse("", "SELECT $1"), bind(), execute(), sync()),
                cut(
                        parse("s", "SELECT 1"),
                        describe('S', "s"),
                        bytes(FrontendMessages::flush),
                        sync(),
                        close("s"),
                        sync()),
                cut(query("PREPARE p AS SELECT 1"), query("EXECUTE p"), query("DEALLOCATE p")),
                cut(query("LISTEN here"), query("NOTIFY here, 'x'"), query("UNLISTEN *")),
                cut(query("COPY t FROM STDIN"), message('d', "1\n"), message('c', ""), message('f', "no\0")),
                cut(message('F', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), query("SHOW ALL")),
                cut(query("SET client_min_messages = error"), query("SET synchronous_commit = off")),
                cut(query("SELECT pg_advisory_lock(1)"), query("CREATE TEMP TABLE t (a int)"), message('X', "")));
    }

    private static final List<byte[]> QUESTIONS = List.of(
            query("SELECT 1"),
            join(parse("s", "SELECT 2"), describe('S', "s"), bind(), execute(), sync()),
            query("COPY t FROM STDIN"),
            query("BEGIN"),
            query("COMMIT"),
            query("SELECT 3"));

    static List<byte[]> replies() {
        byte[] row = join(
                message('T', 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0),
                message('D', 0, 1, 0, 0, 0, 1, '1'),
                message('C', "SELECT 1\0"),
                ready());
        byte[] error = join(message('E', "SERROR\0VERROR\0C42601\0Mno\0\0"), ready());
        byte[] extended = join(
                message('1', ""),
                message('t', 0, 0),
                message('n', ""),
                message('2', ""),
                message('C', "SELECT 0\0"),
                ready());
        return List.of(
                cut(row, extended, row),
                cut(error, error),
                cut(row, extended, message('G', 0, 0, 0), join(message('C', "BEGIN\0"), message('Z', 'T'))),
                cut(join(message('N', "SWARNING\0C01000\0Mcareful\0\0"), row)),
                cut(join(message('A', 0, 0, 0, 1, 'c', 0, 'x', 0), status("work_mem", "1MB"), row)),
                cut(message('E', "SFATAL\0VFATAL\0C57P01\0Mgone\0\0")));
    }

    // ---- messages

    private static byte[] bytes(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static byte[] query(String sql) {
        return bytes(out -> FrontendMessages.query(out, sql));
    }

    private static byte[] parse(String name, String sql) {
        return message('P', name + "\0" + sql + "\0\0\0");
    }

    private static byte[] bind() {
        return message('B', "\0\0\0\0\0\0\0\0");
    }

    private static byte[] describe(char kind, String name) {
        return message('D', kind + name + "\0");
    }

    private static byte[] close(String name) {
        return message('C', "S" + name + "\0");
    }

    private static byte[] execute() {
        return message('E', "\0\0\0\0\0");
    }

    private static byte[] sync() {
        return message('S', "");
    }

    private static byte[] ready() {
        return message('Z', 'I');
    }

    private static byte[] status(String name, String value) {
        return message('S', name + "\0" + value + "\0");
    }

    private static byte[] message(char type, String body) {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        return bytes(out -> out.writeByte(type).writeInt(4 + text.length).writeBytes(text));
    }

    private static byte[] message(char type, int... body) {
        return bytes(out -> {
            out.writeByte(type).writeInt(4 + body.length);
            for (int each : body) {
                out.writeByte(each);
            }
        });
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
