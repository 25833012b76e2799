package io.howdah.gateway.console;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What the console tells and decides by.
 *
 * @param adminUsers the roles that may use it
 * @param statsUsers the roles that may look, and give no orders
 * @param version of the product
 * @param maximumClients that the gateway serves
 * @param configuration what SHOW CONFIG shows besides what can be changed, by name
 */
public record ConsoleSettings(
        Set<String> adminUsers,
        Set<String> statsUsers,
        String version,
        int maximumClients,
        SequencedMap<String, String> configuration) {
    public ConsoleSettings {
        adminUsers = Set.copyOf(adminUsers);
        statsUsers = Set.copyOf(statsUsers);
        configuration = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(configuration));
    }
}
