package io.howdah.gateway.session;

import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a session has built up on its server: settings and prepared statements, which are replayed on the next one, and what cannot be
 * moved at all. Changes inside a transaction count from its COMMIT on.
 */
final class SessionState {
    private static final int MAX_REMEMBERED_BYTES = 4 << 20;
    private static final int MAX_CHANGES = 10_000;

    private final Map<String, Remembered> prepared = new HashMap<>(4);
    private final Map<String, Statement> preparedBySql = new LinkedHashMap<>(2);
    private final Map<String, Statement> settings = new LinkedHashMap<>(4);
    private final List<Statement> changes = new ArrayList<>(2);
    private final Set<Pin> pins = EnumSet.noneOf(Pin.class);
    private int rememberedBytes;

    /** The client sent Parse for a name; the server has not answered yet. */
    void sent(Remembered statement) {
        statement.previous = prepared.put(statement.name, statement);
    }

    void confirmed(Remembered statement) {
        statement.confirmed = true;
        Remembered previous = statement.previous;
        if (previous != null) {
            rememberedBytes -= previous.message.length;
            statement.previous = null;
        }
        rememberedBytes += statement.message.length;
        boolean tooLong = statement.message.length == 0 && !statement.name.isEmpty();
        if (tooLong || rememberedBytes > MAX_REMEMBERED_BYTES) {
            pins.add(Pin.TOO_MUCH_STATE);
        }
    }

    /** The server refused or skipped the Parse. */
    void refused(Remembered statement) {
        if (statement.name.isEmpty()) {
            // A failed Parse leaves no unnamed statement at all.
            closed(statement);
        } else if (prepared.get(statement.name) == statement) {
            Remembered previous = statement.previous;
            if (previous != null) {
                prepared.put(statement.name, previous);
            } else {
                prepared.remove(statement.name);
            }
        }
    }

    /** A simple query destroys the unnamed statement. */
    void dropUnnamed() {
        Remembered unnamed = prepared.get("");
        if (unnamed != null) {
            closed(unnamed);
        }
    }

    void closed(Remembered statement) {
        if (prepared.remove(statement.name, statement)) {
            rememberedBytes -= statement.confirmed ? statement.message.length : 0;
        } else {
            Remembered current = prepared.get(statement.name);
            if (current != null && current.previous == statement) {
                current.previous = null;
                rememberedBytes -= statement.message.length;
            }
        }
    }

    @Nullable
    Remembered prepared(String name) {
        return prepared.get(name);
    }

    /** The server completed a statement that changes the session. */
    void completed(Statement statement) {
        switch (statement.kind()) {
            case PLAIN, BEGIN -> {}
            case COMMIT -> apply();
            case ROLLBACK -> changes.clear();
            case SET, RESET, SAVEPOINT -> {
                changes.add(statement);
                if (changes.size() > MAX_CHANGES) {
                    pins.add(Pin.TOO_MUCH_STATE);
                    changes.clear();
                }
            }
            case ROLLBACK_TO -> rollBackTo(SettingNames.object(statement));
            case DISCARD -> discard(SettingNames.object(statement));
            case LISTEN -> pins.add(Pin.LISTEN);
            case UNLISTEN -> {
                if (SettingNames.object(statement).equals("*")) {
                    pins.remove(Pin.LISTEN);
                }
            }
            case PREPARE -> preparedBySql.put(SettingNames.object(statement), statement);
            case DEALLOCATE -> deallocate(SettingNames.object(statement));
            case TEMPORARY_OBJECT -> pins.add(Pin.TEMPORARY_OBJECT);
            case HOLDABLE_CURSOR -> pins.add(Pin.HOLDABLE_CURSOR);
            case ADVISORY_LOCK -> pins.add(Pin.ADVISORY_LOCK);
            case ADVISORY_UNLOCK -> pins.remove(Pin.ADVISORY_LOCK);
        }
    }

    /** Outside a transaction: whatever was completed since the last time is there to stay. */
    void idle() {
        if (!changes.isEmpty()) {
            apply();
        }
    }

    /** What was done since the last COMMIT is gone. */
    void rolledBack() {
        changes.clear();
    }

    void pin(Pin pin) {
        pins.add(pin);
    }

    boolean isPinned(Pin pin) {
        return pins.contains(pin);
    }

    boolean isPinned() {
        return !pins.isEmpty();
    }

    /** Forgets what could not be moved and says in words what that was. */
    String unpin() {
        String words = pins.stream().map(Pin::words).collect(Collectors.joining(", "));
        pins.clear();
        return words;
    }

    /** The SQL to run on a new server, in order. */
    List<Statement> statementsToReplay() {
        List<Statement> all = new ArrayList<>(settings.values());
        all.addAll(preparedBySql.values());
        return all;
    }

    /** The Parse messages to send to a new server. */
    List<Remembered> preparedToReplay() {
        Collection<Remembered> all = prepared.values();
        return all.stream()
                .filter(statement -> statement.confirmed && statement.message.length > 0)
                .toList();
    }

    private void apply() {
        for (Statement change : changes) {
            switch (change.kind()) {
                case SET -> {
                    String key = SettingNames.settingKey(change);
                    // Taken out first so that it moves to the end: later settings may depend on it.
                    settings.remove(key);
                    settings.put(key, change);
                }
                case RESET -> {
                    String key = SettingNames.settingKey(change);
                    if (key.equals(SettingNames.ALL)) {
                        settings.keySet().removeIf(name -> !isKeptByResetAll(name));
                    } else {
                        settings.remove(key);
                    }
                }
                case PLAIN,
                        BEGIN,
                        COMMIT,
                        ROLLBACK,
                        SAVEPOINT,
                        ROLLBACK_TO,
                        DISCARD,
                        LISTEN,
                        UNLISTEN,
                        PREPARE,
                        DEALLOCATE,
                        TEMPORARY_OBJECT,
                        HOLDABLE_CURSOR,
                        ADVISORY_LOCK,
                        ADVISORY_UNLOCK -> {}
            }
        }
        changes.clear();
    }

    private static boolean isKeptByResetAll(String setting) {
        return setting.equals("role")
                || setting.equals("session_authorization")
                || setting.startsWith("session characteristics");
    }

    private void rollBackTo(String savepoint) {
        for (int index = changes.size() - 1; index >= 0; index--) {
            Statement change = changes.get(index);
            if (change.kind() == StatementKind.SAVEPOINT
                    && SettingNames.object(change).equals(savepoint)) {
                changes.subList(index + 1, changes.size()).clear();
                return;
            }
        }
    }

    private void discard(String what) {
        switch (what) {
            case SettingNames.ALL -> {
                settings.clear();
                changes.clear();
                pins.clear();
                deallocate(SettingNames.ALL);
            }
            case "temp", "temporary" -> pins.remove(Pin.TEMPORARY_OBJECT);
            default -> {}
        }
    }

    private void deallocate(String name) {
        if (name.equals(SettingNames.ALL)) {
            // Those not confirmed yet come after this statement in the pipeline.
            prepared.values().removeIf(statement -> statement.confirmed);
            preparedBySql.clear();
            rememberedBytes = 0;
        } else {
            preparedBySql.remove(name);
            Remembered statement = prepared.get(name);
            if (statement != null) {
                closed(statement);
            }
        }
    }
}
