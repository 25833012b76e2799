package io.howdah.testkit.cluster;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Turns a libpq URI into one for pgjdbc. */
public final class JdbcUri {
    private JdbcUri() {}

    public static String of(String dsn) {
        URI uri = URI.create(dsn);
        String[] user = uri.getUserInfo().split(":", 2);
        return "jdbc:postgresql://%s:%d%s?user=%s&password=%s&connectTimeout=15&socketTimeout=60"
                .formatted(
                        uri.getHost(),
                        uri.getPort(),
                        uri.getPath(),
                        encode(user[0]),
                        user.length > 1 ? encode(user[1]) : "");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
