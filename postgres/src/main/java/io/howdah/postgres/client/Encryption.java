package io.howdah.postgres.client;

import java.io.IOException;
import java.net.Socket;

/** Begins TLS on a connection whose server has agreed to it. Safe on every thread. */
@FunctionalInterface
public interface Encryption {
    /**
     * Shakes hands and checks whom that is with.
     *
     * @param socket connected; closed with the one returned
     * @param host as it was asked for
     * @throws IOException when the server is not who it should be
     */
    Socket protect(Socket socket, String host, int port) throws IOException;
}
