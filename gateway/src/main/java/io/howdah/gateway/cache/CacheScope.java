package io.howdah.gateway.cache;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.howdah.gateway.state.SessionState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks, and under which settings: only the same gets the same answer. The name of the application and whether a server is a standby
 * change no answer. Immutable.
 */
public final class CacheScope {
    private static final Set<String> WITHOUT_EFFECT = Set.of("application_name", "in_hot_standby");

    /** What the database is called where it is, and by those who ask. */
    private final String database;

    private final String databaseHere;
    private final String user;
    /** The parameters of log-in. */
    private final Map<String, String> begun;
    /** What has made the session's settings what they are, in its order. */
    private final List<String> statements;
    /** What the server reports of its settings. */
    private final Map<String, String> reported;

    private final int hash;

    private CacheScope(Login login, String database, List<String> statements, Reported reported) {
        this.database = database;
        this.databaseHere = login.database();
        this.user = login.user();
        this.begun = relevant(login.parameters());
        this.statements = List.copyOf(statements);
        this.reported = relevant(reported.values());
        this.hash = Objects.hash(database, databaseHere, user, begun, this.statements, this.reported);
    }

    /**
     * Empty when statements of this session cannot be cached.
     *
     * @param database what the session's database is called where it is
     */
    public static Optional<CacheScope> of(Login login, String database, Profile profile, Reported reported) {
        List<String> statements = new ArrayList<>();
        SessionState.withoutName(profile)
                .forEach((name, statement) ->
                        statements.add(name + '=' + new String(statement, StandardCharsets.ISO_8859_1)));
        CacheScope scope = new CacheScope(login, database, statements, reported);
        return scope.mentions("information_schema") || scope.mentions("serializable")
                ? Optional.empty()
                : Optional.of(scope);
    }

    String database() {
        return database;
    }

    String databaseHere() {
        return databaseHere;
    }

    String user() {
        return user;
    }

    private static Map<String, String> relevant(Map<String, String> settings) {
        Map<String, String> rest = new HashMap<>(settings);
        rest.keySet().removeAll(WITHOUT_EFFECT);
        return Map.copyOf(rest);
    }

    /**
     * With {@code information_schema} in the path its views, which are catalogs, have ordinary names. A serializable transaction takes part
     * in finding out what cannot be put in order, which only the server can do.
     */
    private boolean mentions(String word) {
        return (statements.toString() + begun).toLowerCase(Locale.ROOT).contains(word);
    }

    @Override
    public boolean equals(Object object) {
        return this == object
                || (object instanceof CacheScope other
                        && hash == other.hash
                        && database.equals(other.database)
                        && databaseHere.equals(other.databaseHere)
                        && user.equals(other.user)
                        && begun.equals(other.begun)
                        && statements.equals(other.statements)
                        && reported.equals(other.reported));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
