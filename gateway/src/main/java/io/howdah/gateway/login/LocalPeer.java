package io.howdah.gateway.login;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is at the other end of a Unix socket: what the kernel noted when it was connected (SO_PEERCRED), by name. */
final class LocalPeer {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPeer.class);
    private static final Path USERS = Path.of("/etc/passwd");

    private LocalPeer() {}

    /** The user's name; empty when the channel is no Unix socket or the user has no entry in /etc/passwd. */
    static Optional<String> user(Channel channel) {
        try {
            Optional<PeerCredentials> credentials = switch (channel) {
                case EpollDomainSocketChannel epoll -> Optional.of(epoll.peerCredentials());
                case IoUringDomainSocketChannel ring -> Optional.of(ring.peerCredentials());
                default -> Optional.empty();
            };
            return credentials.isEmpty()
                    ? Optional.empty()
                    : name(credentials.get().uid());
        } catch (IOException e) {
            LOG.warn("cannot tell who is at the other end of a Unix socket: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** A short file that the kernel has in memory: reading it does not hold up an event loop. */
    private static Optional<String> name(int id) throws IOException {
        String wanted = Integer.toUnsignedString(id);
        try (Stream<String> lines = Files.lines(USERS)) {
            return lines.map(line -> line.split(":", 4))
                    .filter(fields -> fields.length > 3 && fields[2].equals(wanted))
                    .map(fields -> fields[0])
                    .findFirst();
        }
    }
}
