package io.howdah.gateway.session;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.login.Reception;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.Bytes;
import io.netty.channel.ChannelHandlerContext;
import java.util.Optional;

/** Where those who came in by one port become sessions. */
record Door(Worker worker, PortRole role) implements Reception {
    @Override
    public void loggedIn(ChannelHandlerContext context, Login login) {
        Session session = new Session(worker, context.channel(), role, login);
        context.pipeline().addLast(session.reader());
        session.open();
    }

    @Override
    public void cancel(int processId, Bytes secret, Runnable done) {
        Optional<Session> target = worker.cancels().find(processId);
        if (target.isEmpty()) {
            done.run();
        } else {
            Session session = target.get();
            session.loop().execute(() -> session.cancel(secret, done));
        }
    }
}
