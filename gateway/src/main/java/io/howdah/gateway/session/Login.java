package io.howdah.gateway.session;

import io.howdah.postgres.scram.ScramKeys;
import java.util.SequencedMap;

/** How a client logged in, which is how its session logs in to servers: start-up parameters and the recovered keys. */
record Login(SequencedMap<String, String> parameters, ScramKeys keys) {
    String user() {
        return parameters.getOrDefault("user", "");
    }
}
