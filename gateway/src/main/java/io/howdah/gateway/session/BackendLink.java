package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.netty.channel.Channel;
import java.util.SequencedMap;

/**
 * A logged-in connection to a server.
 *
 * @param channel the connection, on the event loop of its session
 * @param place the server
 * @param key what a cancel request must show
 * @param parameters the settings that the server reported at login
 */
record BackendLink(Channel channel, Backend place, BackendKey key, SequencedMap<String, String> parameters) {}
