package io.howdah.gateway.state;

import io.howdah.gateway.sql.MessageLevels;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether a client has asked for errors only ({@link MessageLevels}): the server sends it more than that, and the gateway keeps it
 * back.
 */
final class Messages {
    private boolean atStart;
    private boolean quiet;
    private boolean touched;

    /** How connections begin, and what RESET returns to. */
    void begin(boolean quietAtStart) {
        if (!touched) {
            quiet = quietAtStart;
        }
        atStart = quietAtStart;
    }

    boolean areQuiet() {
        return quiet;
    }

    /** The server completed a SET or RESET. */
    void changed(Statement statement) {
        if (statement.kind() != StatementKind.SAVEPOINT && isAboutMessages(statement)) {
            touched = true;
            quiet = level(statement);
        }
    }

    /** Something else than a new statement has changed what is in force. */
    void revise(List<Statement> changes, Map<String, byte[]> settings) {
        if (!touched) {
            return;
        }
        for (Statement change : changes.reversed()) {
            if (change.kind() != StatementKind.SAVEPOINT && isAboutMessages(change)) {
                quiet = level(change);
                return;
            }
        }
        byte[] lasting = settings.get(MessageLevels.SETTING);
        quiet = lasting == null ? atStart : level(new Statement(StatementKind.SET, lasting));
    }

    private static boolean isAboutMessages(Statement change) {
        String key = SettingNames.settingKey(change);
        return key.equals(MessageLevels.SETTING)
                || change.kind() == StatementKind.LOCAL_MESSAGES
                || (change.kind() == StatementKind.RESET && key.equals(SettingNames.ALL));
    }

    private boolean level(Statement change) {
        boolean toStart = change.kind() == StatementKind.RESET
                || change.readable().strip().toLowerCase(Locale.ROOT).endsWith("default");
        return toStart ? atStart : MessageLevels.isQuiet(change);
    }
}
