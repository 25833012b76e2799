package io.howdah.gateway.state;

import io.howdah.gateway.sql.MessageLevels;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The settings of a session that differ from how its connection began, in the order in which they were made: for each the
 * statement that makes it so, as the client wrote it. Interned by {@link Profiles}, so that equal profiles are the same object.
 */
public final class Profile {
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_$]*(\\.[a-z_][a-z0-9_$]*)*");
    private static final String CHARACTERISTICS = "session characteristics";
    private static final String ROLE = "role";
    private static final String AUTHORIZATION = "session_authorization";

    private final SequencedMap<String, byte[]> statements;
    private final byte[] softened;
    private final boolean delicate;
    private final int hash;

    public Profile(SequencedMap<String, byte[]> statements) {
        this.statements = new LinkedHashMap<>(statements);
        int sum = 1;
        boolean entangled = false;
        for (Map.Entry<String, byte[]> entry : this.statements.entrySet()) {
            sum = sum * 31 + entry.getKey().hashCode();
            sum = sum * 31 + Arrays.hashCode(entry.getValue());
            entangled |= isEntangled(entry.getKey());
        }
        hash = sum;
        byte[] level =
                this.statements.getOrDefault(MessageLevels.SETTING, new byte[0]).clone();
        MessageLevels.soften(level, 0, level.length);
        softened = level;
        delicate = entangled;
    }

    /** Whether a RESET can undo what a SET with this key did. */
    static boolean canBeUndone(String key) {
        return key.startsWith(CHARACTERISTICS) || PLAIN_NAME.matcher(key).matches();
    }

    private static boolean isEntangled(String key) {
        return key.equals(ROLE) || key.equals(AUTHORIZATION) || key.startsWith(CHARACTERISTICS);
    }

    /** It says who the session is: nothing may run before that is certain. */
    public boolean isDelicate() {
        return delicate;
    }

    boolean isEmpty() {
        return statements.isEmpty();
    }

    /** The statement that made a setting what it is; empty when none did. */
    public Optional<byte[]> statement(String key) {
        return Optional.ofNullable(statements.get(key));
    }

    /** Without one setting. */
    SequencedMap<String, byte[]> without(String key) {
        SequencedMap<String, byte[]> rest = new LinkedHashMap<>(statements);
        rest.remove(key);
        return rest;
    }

    /** Writes the SQL text that leads a connection from another profile to this one. */
    public void writeChange(Profile from, ByteBuf out) {
        boolean whole = delicate || from.delicate;
        // The last first: what a role was allowed to set, perhaps only it may reset.
        for (Map.Entry<String, byte[]> entry : from.statements.reversed().entrySet()) {
            if (whole || !statements.containsKey(entry.getKey())) {
                out.writeCharSequence(undo(entry.getKey()), StandardCharsets.ISO_8859_1);
            }
        }
        statements.forEach((key, statement) -> {
            if (whole || !Arrays.equals(statement, from.statements.get(key))) {
                out.writeBytes(key.equals(MessageLevels.SETTING) ? softened : statement)
                        .writeByte('\n')
                        .writeByte(';');
            }
        });
    }

    private static String undo(String key) {
        if (key.equals(AUTHORIZATION)) {
            return "RESET SESSION AUTHORIZATION;";
        }
        if (key.startsWith(CHARACTERISTICS)) {
            return "RESET default_transaction_isolation;RESET default_transaction_read_only;"
                    + "RESET default_transaction_deferrable;";
        }
        return "RESET " + key + ";";
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof Profile other) || other.hash != hash || other.statements.size() != statements.size()) {
            return false;
        }
        var mine = statements.entrySet().iterator();
        var others = other.statements.entrySet().iterator();
        while (mine.hasNext()) {
            Map.Entry<String, byte[]> one = mine.next();
            Map.Entry<String, byte[]> two = others.next();
            if (!one.getKey().equals(two.getKey()) || !Arrays.equals(one.getValue(), two.getValue())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
