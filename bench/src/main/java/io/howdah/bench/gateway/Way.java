package io.howdah.bench.gateway;

import java.net.URI;

/**
 * A way from a client to the server.
 *
 * @param uri where to connect and as whom, password included
 * @param usage of the proxy on the way; nobody's when there is none
 */
record Way(String name, URI uri, Usage usage) {
    static final String DIRECT = "direct";
    static final String HOWDAH = "Howdah";

    static Way of(String name, URI server, int port, long pid) {
        URI uri = URI.create(server.toString().replace(":" + server.getPort() + "/", ":" + port + "/"));
        return new Way(name, uri, new Usage(pid));
    }

    boolean isDirect() {
        return name.equals(DIRECT);
    }

    String user() {
        return uri.getUserInfo().split(":", 2)[0];
    }

    String password() {
        return uri.getUserInfo().split(":", 2)[1];
    }

    String database() {
        return uri.getPath().substring(1);
    }
}
