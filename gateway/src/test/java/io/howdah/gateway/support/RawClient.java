package io.howdah.gateway.support;

import io.howdah.postgres.scram.ScramLogin;
import io.howdah.postgres.wire.AuthenticationCode;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A client that sends what it is told, byte for byte, and keeps what it gets. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private int pid;
    private int secret;
    private byte[] wholeSecret = new byte[0];
    private int protocol = StartupPacket.PROTOCOL_3_0;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        this.out = socket.getOutputStream();
    }

    /** One message of the server. */
    @SuppressWarnings("ArrayRecordComponent") // compared by text()
    public record Message(char type, byte[] body) {
        public String text() {
            return type + ":" + new String(body, StandardCharsets.ISO_8859_1);
        }

        public String field(char code) {
            for (String field : new String(body, StandardCharsets.UTF_8).split("\0", -1)) {
                if (!field.isEmpty() && field.charAt(0) == code) {
                    return field.substring(1);
                }
            }
            return "";
        }

        public String sqlState() {
            return field('C');
        }
    }

    /** A connection that has said nothing yet. */
    public static RawClient open(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return new RawClient(socket);
    }

    public static RawClient login(int port) throws IOException {
        return login(port, Map.of());
    }

    public static RawClient login(int port, Map<String, String> parameters) throws IOException {
        RawClient client = open(port);
        List<Message> messages = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, parameters);
        Message last = messages.getLast();
        if (last.type != 'Z') {
            throw new IOException("log-in failed: " + last.text());
        }
        return client;
    }

    /** Logs in and returns everything up to ReadyForQuery or an error, without the messages of the authentication. */
    public List<Message> logIn(String user, String password, Map<String, String> parameters) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(Map.of("user", user, "database", PostgresFixture.DATABASE));
        all.putAll(parameters);
        send(buffer -> StartupPacket.writeStartup(buffer, protocol, all));
        ScramLogin scram = ScramLogin.withPassword(password);
        List<Message> messages = new ArrayList<>();
        while (true) {
            Message message = receive();
            if (message.type == 'R') {
                authenticate(scram, message);
                continue;
            }
            messages.add(message);
            if (message.type == 'K') {
                ByteBuf body = Unpooled.wrappedBuffer(message.body);
                pid = body.readInt();
                wholeSecret = new byte[body.readableBytes()];
                body.getBytes(body.readerIndex(), wholeSecret);
                secret = body.readInt();
            }
            if (message.type == 'Z' || message.type == 'E') {
                return messages;
            }
        }
    }

    private void authenticate(ScramLogin scram, Message message) throws IOException {
        ByteBuf body = Unpooled.wrappedBuffer(message.body);
        int code = body.readInt();
        String text = body.toString(StandardCharsets.UTF_8);
        switch (code) {
            case AuthenticationCode.SASL ->
                send(buffer -> FrontendMessages.saslInitialResponse(buffer, "SCRAM-SHA-256", scram.clientFirst()));
            case AuthenticationCode.SASL_CONTINUE ->
                send(buffer -> FrontendMessages.saslResponse(buffer, scram.clientFinal(text)));
            case AuthenticationCode.SASL_FINAL -> scram.verify(text);
            case AuthenticationCode.OK -> {}
            default -> throw new IOException("authentication " + code);
        }
    }

    public int pid() {
        return pid;
    }

    /** The protocol to ask for at log-in. */
    public RawClient speaking(int version) {
        protocol = version;
        return this;
    }

    /** What a cancel request must show, in full. */
    public byte[] wholeSecret() {
        return wholeSecret.clone();
    }

    public int secret() {
        return secret;
    }

    public void send(Consumer<ByteBuf> writer) throws IOException {
        send(bytes(writer));
    }

    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public static byte[] bytes(Consumer<ByteBuf> writer) {
        ByteBuf buffer = Unpooled.buffer();
        writer.accept(buffer);
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    public Message receive() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return new Message(type, body);
    }

    public int receiveByte() throws IOException {
        return in.read();
    }

    /** Everything up to so many ReadyForQuery, or to the end of the connection. */
    public List<Message> receiveReady(int count) throws IOException {
        List<Message> messages = new ArrayList<>();
        int ready = 0;
        while (ready < count) {
            try {
                Message message = receive();
                messages.add(message);
                ready += message.type == 'Z' ? 1 : 0;
            } catch (EOFException e) {
                messages.add(new Message('!', new byte[0]));
                return messages;
            }
        }
        return messages;
    }

    /** Runs a simple query. */
    public List<Message> query(String sql) throws IOException {
        send(buffer -> FrontendMessages.query(buffer, sql));
        return receiveReady(1);
    }

    /** The only value of the only row that a query returns. */
    public String value(String sql) throws IOException {
        return value(query(sql));
    }

    /** The only value of the first row of an answer. */
    public static String value(List<Message> answer) {
        return answer.stream()
                .filter(message -> message.type == 'D')
                .map(message -> new String(message.body, 6, message.body.length - 6, StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.getFirst().text()));
    }

    /** So many clients, with names of their own. */
    public static List<RawClient> logins(int port, int count) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            clients.add(login(port, Map.of("application_name", "client " + index)));
        }
        return clients;
    }

    public static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** Whether nothing comes for a while. */
    public boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next < 0;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    /** Reads to the end of the connection; throws when it does not come. */
    public byte[] receiveToEnd() throws IOException {
        try {
            return in.readAllBytes();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return new byte[0];
        }
    }

    public static String types(List<Message> messages) {
        StringBuilder types = new StringBuilder();
        messages.forEach(message -> types.append(message.type));
        return types.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
