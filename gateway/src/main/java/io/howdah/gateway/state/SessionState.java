package io.howdah.gateway.state;

import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a session has built up: settings and statements made by PREPARE, which are made again on the next server, and what keeps it on
 * the server that it has. Changes inside a transaction count from its COMMIT on.
 */
public final class SessionState {
    private static final String APPLICATION_NAME = "application_name";
    private static final String DATE_STYLE = "datestyle";
    private static final int MAX_CHANGES = 10_000;
    private static final Set<String> NOT_SETTABLE =
            Set.of("is_superuser", "in_hot_standby", "server_version", "server_encoding", "integer_datetimes");

    private final SequencedMap<String, byte[]> settings = new LinkedHashMap<>(4);
    private final Map<String, Statement> preparedBySql = new LinkedHashMap<>(2);
    private final List<Statement> changes = new ArrayList<>(0);
    private final List<Statement> newDefaults = new ArrayList<>();
    private final Set<Pin> pins = EnumSet.noneOf(Pin.class);
    private final Messages messages = new Messages();
    private final ListenedChannels channels = new ListenedChannels();
    /** What the server has reported since the session was idle last. */
    private final Map<String, Moved> moved = new HashMap<>(2);
    /** The settings that the client's own statements were about since then. */
    private final Set<String> named = new HashSet<>(2);

    private byte[] ownName = new byte[0];
    private byte[] dateStyle = new byte[0];
    private boolean profileChanged;
    private boolean nameReset;
    private boolean probeDue;

    /** A setting that the server reports: what it was when the session was idle last, and what it is now. */
    private record Moved(String before, String now) {}

    /** The name that the client gave at log-in; the connections that it uses have begun without one. */
    public void begin(String applicationName) {
        if (!applicationName.isEmpty()) {
            String quoted = applicationName.replace("\\", "\\\\").replace("'", "''");
            ownName = ("SET application_name = E'" + quoted + "'").getBytes(StandardCharsets.US_ASCII);
            settings.put(APPLICATION_NAME, ownName);
            profileChanged = true;
        }
    }

    /** The server completed a statement that changes the session. */
    public void completed(Statement statement) {
        switch (statement.kind()) {
            case PLAIN, BEGIN, EXECUTE, WEAKER_COMMIT, SHOW_MESSAGES, NEEDS_EMPTY_DATABASE -> {}
            case CHANGES_DEFAULTS -> newDefaults.add(statement);
            case COMMIT -> {
                probeDue = true;
                apply();
            }
            case ROLLBACK -> {
                probeDue = true;
                rolledBack();
            }
            case SET, RESET, SAVEPOINT, LOCAL_MESSAGES -> {
                if (statement.kind() == StatementKind.SET || statement.kind() == StatementKind.RESET) {
                    named.add(SettingNames.settingKey(statement));
                }
                change(statement);
                messages.changed(statement);
            }
            case ROLLBACK_TO -> {
                named.clear();
                rollBackTo(SettingNames.object(statement));
                messages.revise(changes, settings);
            }
            case DISCARD -> discard(SettingNames.object(statement));
            case LISTEN -> probed(Pin.LISTEN);
            case PREPARE -> {
                preparedBySql.put(SettingNames.object(statement), statement);
                pins.add(Pin.SQL_STATEMENT);
            }
            case DEALLOCATE -> deallocate(SettingNames.object(statement));
            case TEMPORARY_OBJECT -> probed(Pin.TEMPORARY_OBJECT);
            case HOLDABLE_CURSOR -> probed(Pin.HOLDABLE_CURSOR);
            case ADVISORY_LOCK -> probed(Pin.ADVISORY_LOCK);
            case OPAQUE -> probed(Pin.OPAQUE);
            case SHARED_LISTEN -> change(statement);
            case UNLISTEN -> {
                probeDue = true;
                change(statement);
            }
            case ADVISORY_UNLOCK, DROP -> probeDue = true;
            case UNREADABLE_SETTING -> pins.add(Pin.SETTING);
            case SEED -> pins.add(Pin.SEED);
            case SEQUENCE_STATE -> pins.add(Pin.SEQUENCE);
        }
    }

    /** The commands that may have changed what new connections begin with. */
    public List<Statement> takeNewDefaults() {
        if (newDefaults.isEmpty()) {
            return List.of();
        }
        List<Statement> taken = List.copyOf(newDefaults);
        newDefaults.clear();
        return taken;
    }

    private void change(Statement statement) {
        changes.add(statement);
        if (changes.size() > MAX_CHANGES) {
            pins.add(Pin.TOO_MUCH_STATE);
            changes.clear();
        }
    }

    /** The server executed a part of a statement, which then failed or was left. What no rollback undoes may be there. */
    public void leftUnfinished(Statement statement) {
        switch (statement.kind()) {
            case ADVISORY_LOCK -> probed(Pin.ADVISORY_LOCK);
            case OPAQUE -> probed(Pin.OPAQUE);
            default -> {}
        }
    }

    private void probed(Pin pin) {
        pins.add(pin);
        probeDue = true;
    }

    /**
     * A setting that the server reports has changed. Whether the session keeps it shows when the transaction has ended: the server
     * then reports what SET LOCAL or a rollback has taken back.
     *
     * @param before what the server reported last
     */
    public void reported(String name, String before, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.equals(DATE_STYLE)) {
            dateStyle = setting(key, value);
        }
        if (!NOT_SETTABLE.contains(key)) {
            moved.merge(key, new Moved(before, value), (first, last) -> new Moved(first.before, last.now));
        }
    }

    private static byte[] setting(String key, String value) {
        String quoted = value.replace("\\", "\\\\").replace("'", "''");
        return ("SET " + key + " = E'" + quoted + "'").getBytes(StandardCharsets.UTF_8);
    }

    /** What the session listens to by way of the gateway. */
    public ListenedChannels channels() {
        return channels;
    }

    /** Outside a transaction: whatever was completed since the last time is there to stay. */
    public void idle() {
        if (!changes.isEmpty()) {
            apply();
        }
        if (!moved.isEmpty()) {
            adoptMoved();
        }
        named.clear();
        makeDateStyleWhole();
    }

    /** What has changed for good although no statement said so was done by a function. */
    private void adoptMoved() {
        moved.forEach((key, change) -> {
            boolean known = named.contains(key) || named.contains(SettingNames.ALL);
            if (!known && !change.before.equals(change.now)) {
                settings.remove(key);
                settings.put(key, setting(key, change.now));
                profileChanged = true;
            }
        });
        moved.clear();
    }

    /** One SET may say only half of it, the style or the order of day and month, and leave the other as it was. */
    private void makeDateStyleWhole() {
        if (dateStyle.length > 0) {
            profileChanged |= settings.replace(DATE_STYLE, dateStyle) != null;
            dateStyle = new byte[0];
        }
    }

    /** What was done since the last COMMIT is gone. */
    public void rolledBack() {
        changes.clear();
        named.clear();
        messages.revise(changes, settings);
    }

    /** The server is gone, and with it what it had reported since the session was idle last. */
    public void serverLost() {
        rolledBack();
        moved.clear();
    }

    // ---- settings

    /** Whether connections begin so that only errors reach the client. */
    public void beginsQuiet(boolean quiet) {
        messages.begin(quiet);
    }

    /** The client has asked for errors only, and gets no notices or warnings. */
    public boolean isQuiet() {
        return messages.areQuiet();
    }

    public boolean isProfileChanged() {
        return profileChanged;
    }

    /** The settings as they are now; {@link #isProfileChanged} is false afterwards. */
    public Profile profile() {
        profileChanged = false;
        return new Profile(settings);
    }

    /** Says once whether the server has fallen back to no application name. */
    public boolean takeNameReset() {
        boolean was = nameReset;
        nameReset = false;
        return was;
    }

    /** The client has asked for the name that it gave at log-in; the server knows of none. */
    public boolean asksForOwnName() {
        boolean asks = nameReset;
        for (Statement change : changes) {
            if (change.kind() == StatementKind.RESET) {
                String key = SettingNames.settingKey(change);
                asks |= ownName.length > 0 && (key.equals(SettingNames.ALL) || key.equals(APPLICATION_NAME));
            }
        }
        return asks;
    }

    public static SequencedMap<String, byte[]> withoutName(Profile profile) {
        return profile.without(APPLICATION_NAME);
    }

    private void apply() {
        for (Statement change : changes) {
            if (change.kind() == StatementKind.SET) {
                String key = SettingNames.settingKey(change);
                if (!Profile.canBeUndone(key)) {
                    pins.add(Pin.SETTING);
                    continue;
                }
                // Taken out first so that it moves to the end: later settings may depend on it.
                settings.remove(key);
                settings.put(key, change.text());
                profileChanged = true;
            } else if (change.kind() == StatementKind.RESET) {
                reset(SettingNames.settingKey(change));
            } else {
                channels.apply(change);
            }
        }
        changes.clear();
        messages.revise(changes, settings);
    }

    private void reset(String key) {
        profileChanged = true;
        if (key.equals(SettingNames.ALL)) {
            settings.keySet().removeIf(name -> !name.equals("role") && !name.equals("session_authorization"));
        } else {
            settings.remove(key);
        }
        restoreName();
    }

    private void restoreName() {
        if (ownName.length > 0 && !settings.containsKey(APPLICATION_NAME)) {
            settings.put(APPLICATION_NAME, ownName);
            nameReset = true;
        }
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
                preparedBySql.clear();
                channels.clear();
                pins.clear();
                profileChanged = true;
                named.add(SettingNames.ALL);
                restoreName();
                messages.revise(changes, settings);
            }
            case "temp", "temporary" -> probeDue = true;
            case "sequences" -> pins.remove(Pin.SEQUENCE);
            default -> {}
        }
    }

    private void deallocate(String name) {
        probeDue = true;
        if (name.equals(SettingNames.ALL)) {
            preparedBySql.clear();
        } else {
            preparedBySql.remove(name);
        }
    }

    /** The SQL to run on a new server besides the settings, in order. */
    public Collection<Statement> statementsToReplay() {
        return preparedBySql.values();
    }

    // ---- pins

    public void pin(Pin pin) {
        pins.add(pin);
    }

    public void unpin(Pin pin) {
        pins.remove(pin);
    }

    public boolean isPinned(Pin pin) {
        return pins.contains(pin);
    }

    public boolean isPinned() {
        return !pins.isEmpty();
    }

    public Set<Pin> pins() {
        return pins;
    }

    /** Says once whether the server should be asked which pins are left. */
    public boolean takeProbe() {
        boolean due = probeDue && !pins.contains(Pin.UNNAMED_STATEMENT) && !pins.contains(Pin.LONG_STATEMENT);
        if (!due) {
            return false;
        }
        probeDue = false;
        for (Pin pin : pins) {
            if (pin.isProbed()) {
                return true;
            }
        }
        return false;
    }

    /** What the server says: these are there, and no others of those that it can be asked for. */
    public void found(Set<Pin> there) {
        if (!probeDue) {
            pins.removeIf(Pin::isProbed);
            pins.addAll(there);
        }
    }

    /** Forgets what was lost with the server and says in words what that was. */
    public String forgetPins() {
        String words =
                pins.stream().map(Pin::words).filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
        pins.clear();
        if (!preparedBySql.isEmpty()) {
            pins.add(Pin.SQL_STATEMENT);
        }
        return words;
    }
}
