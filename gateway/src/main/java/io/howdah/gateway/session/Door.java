package io.howdah.gateway.session;

import io.howdah.gateway.console.Console;
import io.howdah.gateway.console.ConsoleSession;
import io.howdah.gateway.login.Login;
import io.howdah.gateway.login.Reception;
import io.howdah.gateway.login.VerifierSource;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Where those who came in by one port become sessions. */
record Door(Worker worker, PortRole role, Switches switches, Console console) implements Reception {
    @Override
    public VerifierSource verifiers(String database) {
        return worker.site(database).cluster().access().verifiers();
    }

    @Override
    public void loggedIn(ChannelHandlerContext context, Login login) {
        if (Console.isDatabase(login.database())) {
            openConsole(context, login);
            return;
        }
        if (switches.isDisabled(login.database())) {
            end(context, Errors.disabled(login.database()));
            return;
        }
        Session session = new Session(worker, context.channel(), role, login);
        context.pipeline().addLast(session.reader());
        session.open();
    }

    private void openConsole(ChannelHandlerContext context, Login login) {
        if (!console.admits(login.user())) {
            end(context, Errors.noConsole(login.user()));
            return;
        }
        ConsoleSession session = new ConsoleSession(console, login.user());
        context.pipeline().addLast(session);
        session.welcome(context.channel());
    }

    private static void end(ChannelHandlerContext context, ErrorFields error) {
        ByteBuf out = context.alloc().buffer(256);
        error.writeError(out);
        Channels.sendAndClose(context.channel(), out);
    }

    @Override
    public void cancel(int processId, Bytes secret, Runnable done) {
        worker.cancels().cancel(processId, secret, done);
    }
}
