package io.howdah.gateway.login;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether start-up parameters, PGOPTIONS among them, ask for commits that a failover could undo. */
final class StartupCommitLevel {
    private static final Set<String> STRONG = Set.of("on", "remote_apply", "true", "yes", "1");
    private static final Pattern OPTION =
            Pattern.compile("synchronous[_-]commit\\s*=\\s*(\\S*)", Pattern.CASE_INSENSITIVE);

    private StartupCommitLevel() {}

    static boolean isWeaker(Map<String, String> parameters) {
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String name = parameter.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("synchronous_commit") && isWeak(parameter.getValue())) {
                return true;
            }
            if (name.equals("options")) {
                // The server removes backslashes before it reads the options.
                Matcher option = OPTION.matcher(parameter.getValue().replace("\\", ""));
                while (option.find()) {
                    if (isWeak(option.group(1))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isWeak(String value) {
        return !STRONG.contains(value.replace("'", "").toLowerCase(Locale.ROOT));
    }
}
