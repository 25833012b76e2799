package io.howdah.gateway.pool;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.sql.MessageLevels;
import io.howdah.postgres.client.Credential;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How connections must have begun to be shared: with the same password, and the same start-up parameters but for the application's name,
 * which is set when a connection changes hands. Interned, so that equal ones are the same object.
 */
public record StartupClass(SequencedMap<String, String> parameters, Credential credential) {
    public StartupClass {
        parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
    }

    public static StartupClass of(Login login) {
        SequencedMap<String, String> rest = MessageLevels.softened(login.parameters());
        rest.remove("user");
        rest.remove("database");
        rest.remove("application_name");
        return new StartupClass(rest, login.credential());
    }
}
