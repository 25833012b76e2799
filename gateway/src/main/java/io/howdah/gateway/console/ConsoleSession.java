package io.howdah.gateway.console;

import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.protocol.Names;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.SqlState;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A client of the console: the PostgreSQL protocol, simple and extended, in front of {@link Console}. One command at a time; what the client
 * sends meanwhile waits. Used on the event loop of its connection.
 */
public final class ConsoleSession extends ByteToMessageDecoder {
    private static final int LONGEST_MESSAGE = 64 << 10;

    private final Console console;
    private final String user;
    private final PreparedCommands statements = new PreparedCommands();
    private boolean waiting;
    private boolean skippingToSync;

    public ConsoleSession(Console console, String user) {
        this.console = console;
        this.user = user;
    }

    /** The client is authenticated. */
    public void welcome(Channel channel) {
        ByteBuf out = channel.alloc().buffer(512);
        BackendMessages.parameterStatus(out, "server_version", "15.0 (Howdah " + console.version() + ")");
        BackendMessages.parameterStatus(out, "server_encoding", "UTF8");
        BackendMessages.parameterStatus(out, "client_encoding", "UTF8");
        BackendMessages.parameterStatus(out, "DateStyle", "ISO, MDY");
        BackendMessages.parameterStatus(out, "TimeZone", "UTC");
        BackendMessages.parameterStatus(out, "integer_datetimes", "on");
        BackendMessages.parameterStatus(out, "standard_conforming_strings", "on");
        BackendMessages.parameterStatus(out, "is_superuser", "on");
        BackendMessages.parameterStatus(out, "session_authorization", user);
        BackendMessages.backendKeyData(out, 0, Bytes.of(new byte[4]));
        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        Channels.send(channel, out);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (waiting || in.readableBytes() < MessageFrame.HEADER_BYTES) {
            return;
        }
        byte type = in.getByte(in.readerIndex());
        int length = in.getInt(in.readerIndex() + 1);
        if (length < MessageFrame.LENGTH_BYTES || length > LONGEST_MESSAGE) {
            end(context, Errors.protocolViolation("invalid message length " + length));
            return;
        }
        if (in.readableBytes() < length + 1) {
            return;
        }
        in.skipBytes(MessageFrame.HEADER_BYTES);
        ByteBuf body = in.readSlice(length - MessageFrame.LENGTH_BYTES);
        take(context, type, body);
    }

    private void take(ChannelHandlerContext context, byte type, ByteBuf body) {
        if (skippingToSync && type != FrontendType.SYNC && type != FrontendType.TERMINATE) {
            return;
        }
        ByteBuf out = context.alloc().buffer(256);
        switch (type) {
            case FrontendType.QUERY -> query(context, text(body), out);
            case FrontendType.PARSE -> {
                String name = text(body);
                statements.prepared(name, text(body));
                BackendMessages.parseComplete(out);
                Channels.write(context, out);
            }
            case FrontendType.BIND -> {
                String portal = text(body);
                statements.bound(portal, text(body));
                BackendMessages.bindComplete(out);
                Channels.write(context, out);
            }
            case FrontendType.DESCRIBE -> {
                byte kind = body.readByte();
                describe(context, kind, text(body), out);
            }
            case FrontendType.EXECUTE -> execute(context, text(body), out);
            case FrontendType.CLOSE -> {
                byte kind = body.readByte();
                statements.closed(kind, text(body));
                BackendMessages.closeComplete(out);
                Channels.write(context, out);
            }
            case FrontendType.SYNC -> {
                skippingToSync = false;
                BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
                Channels.send(context, out);
            }
            case FrontendType.FLUSH -> Channels.send(context, out);
            case FrontendType.TERMINATE -> {
                out.release();
                Channels.close(context);
            }
            default -> {
                out.release();
                end(context, Errors.protocolViolation("the console does not take messages of type " + (char) type));
            }
        }
    }

    private static String text(ByteBuf body) {
        int end = Names.end(body, body.readerIndex(), body.writerIndex());
        if (end < 0) {
            return "";
        }
        String text = body.toString(body.readerIndex(), end - body.readerIndex(), StandardCharsets.UTF_8);
        body.readerIndex(end + 1);
        return text;
    }

    // ---- commands

    private void query(ChannelHandlerContext context, String command, ByteBuf out) {
        if (command.isBlank() || command.strip().equals(";")) {
            BackendMessages.emptyQueryResponse(out);
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
            Channels.send(context, out);
            return;
        }
        run(context, command, true, out, answer -> {
            Rows.describe(answer, out);
            Rows.write(answer, out);
        });
    }

    private void describe(ChannelHandlerContext context, byte kind, String name, ByteBuf out) {
        String command = statements.command(kind, name);
        if (kind == 'S') {
            Rows.noParameters(out);
        }
        if (PreparedCommands.returnsRows(command)) {
            run(context, command, false, out, answer -> Rows.describe(answer, out));
        } else {
            BackendMessages.noData(out);
            Channels.write(context, out);
        }
    }

    private void execute(ChannelHandlerContext context, String portal, ByteBuf out) {
        String command = statements.command((byte) 'P', portal);
        if (command.isBlank()) {
            BackendMessages.emptyQueryResponse(out);
            Channels.write(context, out);
        } else {
            run(context, command, false, out, answer -> Rows.write(answer, out));
        }
    }

    /**
     * Runs a command; nothing else is read until its answer is on its way.
     *
     * @param simple the client has sent a simple query, which ends with ReadyForQuery
     */
    private void run(
            ChannelHandlerContext context, String command, boolean simple, ByteBuf out, Consumer<Answer> writer) {
        waiting = true;
        var _ = console.run(command, user)
                .whenComplete((answer, problem) -> context.executor().execute(() -> {
                    waiting = false;
                    if (context.isRemoved() || !context.channel().isActive()) {
                        out.release();
                        return;
                    }
                    if (problem == null) {
                        writer.accept(answer);
                    } else {
                        fields(problem).writeError(out);
                        skippingToSync = !simple;
                    }
                    if (simple) {
                        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
                    }
                    Channels.send(context, out);
                    goOn(context);
                }));
    }

    private static ErrorFields fields(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        return cause instanceof ConsoleException known
                ? known.fields()
                : ErrorFields.error(
                        SqlState.INTERNAL_ERROR, "the command failed: " + cause, "", "The gateway's log may say more.");
    }

    /** Looks at what the client has sent meanwhile. */
    private void goOn(ChannelHandlerContext context) {
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            exceptionCaught(context, e);
        }
    }

    private static void end(ChannelHandlerContext context, ErrorFields error) {
        ByteBuf out = context.alloc().buffer(256);
        error.writeError(out);
        Channels.sendAndClose(context.channel(), out);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(context);
    }
}
