package io.howdah.gateway.login;

import io.howdah.gateway.sql.MessageLevels;
import io.howdah.postgres.client.Credential;
import java.nio.charset.StandardCharsets;
import java.util.SequencedMap;

/**
 * How a client logged in, which is how its connections log in to servers.
 *
 * @param parameters of the start-up packet
 * @param credential what its own log-in gave away; none when it came in without a password, and then servers must let it in without one
 * @param certain the password was checked against what a server said a moment ago; otherwise a server must check it again
 * @param protocolMinor which protocol 3.x the client speaks
 */
public record Login(
        SequencedMap<String, String> parameters, Credential credential, boolean certain, int protocolMinor) {
    public String user() {
        return parameters.getOrDefault("user", "");
    }

    public String database() {
        return parameters.getOrDefault("database", user());
    }

    /** The client asks for errors only. */
    public boolean isQuiet() {
        return MessageLevels.isQuiet(parameters);
    }

    /** As the server keeps it: what is not ASCII is replaced, and there are at most 63 characters. */
    public String applicationName() {
        byte[] name = parameters.getOrDefault("application_name", "").getBytes(StandardCharsets.UTF_8);
        StringBuilder clean = new StringBuilder();
        for (int index = 0; index < Math.min(name.length, 63); index++) {
            clean.append(name[index] >= ' ' && name[index] < 127 ? (char) name[index] : '?');
        }
        return clean.toString();
    }
}
