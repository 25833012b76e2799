package io.howdah.gateway.state;

import io.howdah.postgres.wire.BackendMessages;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The settings that a server reports by itself, all of them at one moment. Interned, so that equal ones are the same object. */
public record Reported(SequencedMap<String, String> values) {
    public static final Reported NOTHING = new Reported(new LinkedHashMap<>());

    public Reported {
        values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    public Reported with(String name, String value) {
        SequencedMap<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        return new Reported(changed);
    }

    public boolean isStandby() {
        return "on".equals(values.get("in_hot_standby"));
    }

    /** The same from a server that is no standby. */
    public Reported asPrimary() {
        return with("in_hot_standby", "off");
    }

    public boolean isNameless() {
        return values.getOrDefault("application_name", "").isEmpty();
    }

    /** Tells a client that believes {@code known} what is otherwise here. */
    public void tellDifference(Reported known, ByteBuf out) {
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (!entry.getValue().equals(known.values.get(entry.getKey()))) {
                BackendMessages.parameterStatus(out, entry.getKey(), entry.getValue());
            }
        }
    }
}
