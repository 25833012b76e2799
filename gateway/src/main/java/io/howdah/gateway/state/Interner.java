package io.howdah.gateway.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes equal values the same object, so that they can be compared by identity. Remembers the values used last; one that was forgotten
 * only costs a comparison that fails. Belongs to one event loop.
 */
public final class Interner<T> {
    private final Map<T, T> values;

    public Interner(int capacity) {
        this.values = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<T, T> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Compares interned values. */
    @SuppressWarnings("ReferenceEquality") // that is what interning is for
    public static <T> boolean same(T one, T two) {
        return one == two;
    }

    public T intern(T value) {
        T known = values.putIfAbsent(value, value);
        return known == null ? value : known;
    }
}
