package io.howdah.server.configuration;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server that a standby cluster gets its data from; written as in a connection string (manual: libpq-connstring), with
 * a host and a port and nothing else.
 */
public record RemotePrimary(String host, int port) {
    private static final Pattern FIELD = Pattern.compile("\\s*(\\w+)\\s*=\\s*('[^']*'|\\S+)");
    private static final int USUAL_PORT = 5432;

    /** @throws IllegalArgumentException saying what is wrong */
    public static RemotePrimary parse(String text) {
        Optional<String> host = Optional.empty();
        int port = USUAL_PORT;
        Matcher matcher = FIELD.matcher(text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            end = matcher.end();
            String value = matcher.group(2).replace("'", "");
            switch (matcher.group(1)) {
                case "host" -> host = Optional.of(value);
                case "port" -> port = port(value);
                default ->
                    throw new IllegalArgumentException(
                            "'%s' cannot be set here; the role and its password come from the cluster's secrets"
                                    .formatted(matcher.group(1)));
            }
        }
        if (end < text.stripTrailing().length() || host.isEmpty() || host.get().isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is not of the form: host=db1.example.org port=5432".formatted(text));
        }
        return new RemotePrimary(host.get(), port);
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
            throw new IllegalArgumentException("the port should be a number up to 65535, not '%s'".formatted(text));
        }
        return Integer.parseInt(text);
    }

    @Override
    public String toString() {
        return "host=%s port=%d".formatted(host, port);
    }
}
