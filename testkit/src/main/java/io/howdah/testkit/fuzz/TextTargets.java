package io.howdah.testkit.fuzz;

import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.login.AccessException;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.ProxyHeader;
import io.howdah.gateway.sql.CatalogCommand;
import io.howdah.gateway.sql.ListenText;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementScanner;
import io.howdah.gateway.sql.StatementShape;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramLogin;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.postgres.wire.Bytes;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.NodeStatusJson;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Readers of texts: they may refuse them, by the exception that they promise and no other. */
final class TextTargets {
    private static final ScramVerifier VERIFIER = ScramVerifier.derive("password", Bytes.of(new byte[16]), 1);
    private static final StatementScanner SCANNER = new StatementScanner();
    private static final StatementShape SHAPE = new StatementShape();
    private static final StatementClassifier CLASSIFIER = new StatementClassifier();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String STATUS = """
            {"cluster":"0123456789abcdef","node":"node1","cell":"zone1","sequence":12,"term":3,"leader":"node1","role":"primary",\
            "state":"promoting","reason":"","gate_open":true,"drain":null,"successor":null,"timeline":3,"lsn":"0/3000148",\
            "lag_bytes":0,"voter":true,"members":["node1","node2","node3"],"pid":10,"postgres_pid":11,"host":"127.0.0.1",\
            "postgres_port":5441,"api_port":5451,"data_dir":"/data","tags":"priority=2","pending_restart":"a b",\
            "logical_slots":"s=marked","address_grants":"10.0.0.1=gateway1","paused":false,"pause_version":0,"paused_until":0,\
            "pause_reason":""}""";

    private TextTargets() {}

    /** Three readers of one statement, none of which may look beyond its ends. */
    static void statement(byte[] input) {
        List<String> effects = effects(input, 0, input.length);
        for (Statement statement : SCANNER.scan(input.clone(), 0, input.length)) {
            SettingNames.settingKey(statement);
            SettingNames.object(statement);
            SettingNames.value(statement.text());
            ListenText.channel(statement);
            CatalogCommand.read(statement);
        }
        CLASSIFIER.classify(input, 0, input.length, NameTable.KEYWORDS, true);
        long hash = SHAPE.hash(input, 0, input.length);
        byte[] framed = new byte[input.length + 2];
        Arrays.fill(framed, (byte) '\'');
        System.arraycopy(input, 0, framed, 1, input.length);
        if (SHAPE.hash(framed, 1, framed.length - 1) != hash) {
            throw new AssertionError("the shape depends on what stands around the statement");
        }
        if (!SHAPE.text(framed, 1, framed.length - 1).equals(SHAPE.text(input, 0, input.length))) {
            throw new AssertionError("the shape's text depends on what stands around the statement");
        }
        if (!effects(framed, 1, framed.length - 1).equals(effects)) {
            throw new AssertionError("what a statement does depends on what stands around it");
        }
    }

    private static List<String> effects(byte[] source, int from, int to) {
        // The scanner may change what would hide warnings.
        return SCANNER.scan(source.clone(), from, to).stream()
                .map(each -> each.kind() + " " + each.readable())
                .toList();
    }

    static List<byte[]> statements() {
        return FuzzTarget.texts(
                // Long enough for expressions that take a step deeper with each character.
                "SET" + " ".repeat(20_000) + "work_mem = 1",
                "--\n".repeat(10_000) + "RESET work_mem",
                "LISTEN \"" + "a".repeat(20_000) + "\"",
                "PREPARE \"" + "\"\"".repeat(10_000) + "\" AS SELECT 1",
                "ALTER ROLE \"" + "a".repeat(20_000) + "\" IN DATABASE d SET x = y",
                "SELECT set_config('" + "a".repeat(20_000) + "', '" + "b".repeat(20_000) + "', false)",
                "DO '" + " ".repeat(10_000) + "SET synchronous_commit" + " ".repeat(10_000) + "= off'",
                "SELECT a.id, b.name FROM a JOIN b ON a.id = b.id WHERE a.x IN (1, 2, 3) AND b.y = 'it''s' LIMIT 10",
                "BEGIN; SET LOCAL work_mem = '1MB'; SELECT set_config('a.b', $1, false); COMMIT",
                "WITH x AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM x FOR UPDATE",
                "INSERT INTO t VALUES (1.5e10, $$text$$, $tag$ $$ $tag$, E'\\'x', U&'\\0041', B'01', X'1F')",
                "/* a /* nested */ comment */ SELECT -- the rest\n 1; PREPARE p (int) AS SELECT $1; EXECUTE p(1)",
                "/*howdah route=primary*/ SELECT nextval('s'), pg_advisory_lock(1), currval('s')",
                "DECLARE \"c\"\"d\" CURSOR WITH HOLD FOR SELECT 1; FETCH ALL FROM \"c\"\"d\"; CLOSE ALL",
                "LISTEN chan; NOTIFY chan, 'x'; UNLISTEN *; DISCARD ALL; RESET ROLE; SET TIME ZONE 'UTC'",
                "CREATE TEMP TABLE t AS SELECT 1; DROP DATABASE d WITH (FORCE); ALTER ROLE r SET a = b",
                "DO LANGUAGE plpgsql $x$BEGIN PERFORM 1; END$x$; CALL p(1); COPY t TO STDOUT; EXPLAIN ANALYZE SELECT 1");
    }

    static void accessRules(byte[] input) {
        try {
            AccessRules.of(new String(input, StandardCharsets.UTF_8));
        } catch (AccessException e) {
            if (e.getMessage() == null || !e.getMessage().contains("line ")) {
                throw new AssertionError("a problem without its line", e);
            }
        }
    }

    static List<byte[]> rules() {
        return FuzzTarget.texts(
                "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n",
                "hostssl \"my db\",other +group 10.0.0.0 255.0.0.0 cert map=m clientcert=verify-full\n",
                "hostnossl sameuser /^a.*$ ::1/128 reject # never\nhost all all all md5\n",
                "hostgssenc replication all samehost peer\nhost all all .example.com ident\n",
                "include other.conf\nhost all all fe80::/10 scram-sha-256\nhost all @file samenet password\n");
    }

    static void scram(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        int cut = text.indexOf('\n');
        String first = cut < 0 ? text : text.substring(0, cut);
        String rest = text.substring(cut + 1);
        boolean bound = first.startsWith("p=");
        ScramServer.Binding binding =
                bound ? new ScramServer.Binding(Bytes.of(new byte[] {1, 2}), true) : ScramServer.Binding.NONE;
        try {
            ScramServer.Challenge challenge = ScramServer.challenge(first, VERIFIER, binding, RANDOM);
            String last = rest.replace("NONCE", nonce(challenge.serverFirst()));
            if (challenge.finish(last) instanceof ScramServer.Authenticated) {
                throw new AssertionError("somebody without the password came in");
            }
        } catch (ScramException e) {
            // What it promises for a malformed message.
        }
        try {
            ScramLogin login = ScramLogin.withPassword("password");
            login.clientFirst();
            login.clientFinal(first);
            login.verify(rest);
            throw new AssertionError("a server without the verifier was believed");
        } catch (ScramException e) {
            // As above.
        }
        try {
            ScramVerifier.parse(first);
        } catch (ScramException | IllegalArgumentException e) {
            // As above.
        }
    }

    private static String nonce(String serverFirst) {
        return serverFirst.substring(2, serverFirst.indexOf(','));
    }

    static List<byte[]> scramMessages() {
        return FuzzTarget.texts(
                "n,,n=,r=abcdefgh\nc=biws,r=NONCE,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "p=tls-server-end-point,,n=user,r=abcdef\nc=cD10bHM=,r=NONCE,p=",
                "y,,n=a,r=bcd,x=y\nc=eSws,r=NONCE,e=x,p=AA==",
                "r=abcdefgh123,s=QUJD,i=4096\nv=AAAA",
                "SCRAM-SHA-256$4096:QUJDREVGR0hJSktMTU5PUA==$"
                        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    }

    static void status(byte[] input) {
        NodeStatus read;
        try {
            read = NodeStatusJson.read(new String(input, StandardCharsets.UTF_8));
        } catch (MalformedDocumentException e) {
            return;
        }
        String written = NodeStatusJson.write(read);
        if (!NodeStatusJson.read(written).equals(read)) {
            throw new AssertionError("a status that was read is another one after it was written: " + written);
        }
    }

    static List<byte[]> statuses() {
        return FuzzTarget.texts(
                STATUS,
                "{}",
                STATUS.replace("priority=2", "delay=30d"),
                STATUS.replace("null", "\"x\""),
                STATUS.replace("[", "[[],"));
    }

    /** What a proxy says in front of a client's first bytes, which must arrive as they are. */
    static void proxyHeader(byte[] input) {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        ProxyHeader.expect(channel.pipeline());
        channel.pipeline().addLast(new LastWord());
        for (byte[] piece : GatewayTargets.pieces(input)) {
            if (channel.isOpen() && piece.length > 0) {
                channel.writeInbound(memory.buffer(piece.length).writeBytes(piece));
            }
        }
        channel.finishAndReleaseAll();
        channel.inboundMessages().forEach(ReferenceCountUtil::release);
        long left = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        if (left != 0) {
            throw new AssertionError(left + " bytes of network buffers are left");
        }
    }

    /** Stands for whoever reads what follows the header: that ends the connection when Netty's decoder cannot go on. */
    private static final class LastWord extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof DecoderException)) {
                throw new AssertionError("a header did harm", cause);
            }
            var _ = context.close();
        }
    }

    static List<byte[]> proxyHeaders() {
        byte[] second = {
            1, 28, 0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 12, 127, 0, 0, 1,
            10, 0, 0, 1, 1, 2, 3, 4, 'x'
        };
        byte[] unix = new byte[16 + 216 + 1];
        System.arraycopy(second, 2, unix, 1, 12);
        unix[13] = 0x21;
        unix[14] = 0x31;
        unix[16] = (byte) 216;
        return List.of(
                "\u0000PROXY TCP4 192.0.2.1 192.0.2.2 1000 2000\r\nrest".getBytes(StandardCharsets.UTF_8),
                "\u0001\u0005PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n".getBytes(StandardCharsets.UTF_8),
                "\u0000PROXY UNKNOWN\r\n".getBytes(StandardCharsets.UTF_8),
                // A length that Netty's decoder counts below zero when the connection ends.
                Base64.getDecoder()
                        .decode(
                                "uQEFUFJPWFkBHA0KDQoADQpRVUlUCiERAAEcDQoNCgANClFVSVQKIREAIFRcRV1DCTYghQAAUFJPWFkgVFxFXUMJNiCF"
                                        + "AAAAAAAAADY1XEVdXV1dXV01zf4DBHg="),
                second,
                unix);
    }
}
