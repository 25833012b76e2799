package io.howdah.gateway.classify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What names mean in the statements of one database: keywords, functions, and the tables and views that only the primary may serve.
 * Names of all schemas together: when two objects share a name, the one that needs the primary counts. Immutable, so safe on every
 * thread; a lookup allocates nothing.
 */
public final class NameTable {
    /** PostgreSQL cuts longer names off, so they may mean something that is not in the table. */
    static final int LONGEST_NAME = 63;

    /** Words that may be followed by a parenthesis without calling a function. Functions of these names count first. */
    private static final List<String> BEFORE_PARENTHESIS = List.of(
            ("all and any array as asymmetric between bit bulk by case cast char character coalesce columns conflict"
                            + " cross cube current_schema current_time current_timestamp cycle dec decimal distinct else"
                            + " escape except exists extract fetch filter first float following for from full generated"
                            + " greatest group grouping groups having ilike in inner int integer intersect interval is isnull"
                            + " join json json_array json_arrayagg json_exists json_object json_objectagg json_query"
                            + " json_scalar json_serialize json_table json_value last lateral least left like limit"
                            + " localtime localtimestamp materialized merge_action national natural nchar next none normalize"
                            + " not notnull nullif numeric offset on operator or order ordinality over overlay overlaps"
                            + " partition path position preceding precision range real recursive return returning right"
                            + " rollup row rows search select sets similar smallint some substring symmetric table"
                            + " tablesample then time timestamp treat trim union unique using value values varbit varchar"
                            + " variadic varying when where window with within without xmlattributes xmlconcat"
                            + " xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize"
                            + " xmltable zone")
                    .split(" "));

    /** Keywords alone: enough to tell writes, not enough to trust a read. */
    public static final NameTable KEYWORDS = builder().build();

    /** One name. */
    static final class Entry {
        static final Entry UNKNOWN = new Entry("", Keyword.NONE, false, false, false);

        private final byte[] name;
        private final long head;
        private final long tail;
        /** Its ends and its length tell it from all other names without quotes. */
        private final boolean told;

        final Keyword keyword;
        /** A parenthesis after it calls nothing, or only functions that any replica answers alike. */
        final boolean harmlessCall;
        /** At least one function of this name needs the primary. */
        final boolean primaryFunction;
        /** A table, view or type whose mention needs the primary. */
        final boolean primaryRelation;

        private Entry(
                String name, Keyword keyword, boolean harmlessCall, boolean primaryFunction, boolean primaryRelation) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.head = Ends.head(this.name, 0, this.name.length);
            this.tail = Ends.tail(this.name, 0, this.name.length, head);
            this.told = this.name.length <= Ends.TOLD_BYTES && name.matches("[a-z0-9_$]*");
            this.keyword = keyword;
            this.harmlessCall = harmlessCall;
            this.primaryFunction = primaryFunction;
            this.primaryRelation = primaryRelation;
        }

        private boolean isTold(int length) {
            return told && name.length == length;
        }
    }

    private final Entry[] slots;

    private final Symbols volatileOperators;
    private final boolean complete;

    private NameTable(Entry[] slots, Symbols volatileOperators, boolean complete) {
        this.slots = slots;
        this.volatileOperators = volatileOperators;
        this.complete = complete;
    }

    /** Operators whose functions are volatile. */
    private record Symbols(Set<String> symbols) {
        Symbols {
            symbols = Set.copyOf(symbols);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether it knows the database's functions, views and tables. */
    boolean isComplete() {
        return complete;
    }

    boolean hasVolatileOperators() {
        return !volatileOperators.symbols.isEmpty();
    }

    /** Whether a run of operator characters contains a volatile operator. Rare enough to allocate. */
    boolean isVolatileOperator(byte[] text, int from, int to) {
        String run = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        return volatileOperators.symbols.stream().anyMatch(run::contains);
    }

    /**
     * What a name means that is written without quotes: capital letters count as small ones.
     *
     * @param ascii it consists of letters, digits, underscores and dollar signs only
     */
    Entry find(byte[] text, int from, int to, boolean ascii) {
        return find(text, from, to, ascii, true);
    }

    /** What a name means that stood in quotes, which are not part of {@code [from, to)}. */
    Entry findQuoted(byte[] text, int from, int to) {
        return find(text, from, to, false, false);
    }

    private Entry find(byte[] text, int from, int to, boolean ascii, boolean fold) {
        long head = Ends.head(text, from, to);
        long tail = Ends.tail(text, from, to, head);
        int mask = slots.length - 1;
        int index = Ends.spread(head, tail) & mask;
        Entry candidate = slots[index];
        while (candidate != Entry.UNKNOWN) {
            if (candidate.head == head
                    && candidate.tail == tail
                    && ((ascii && candidate.isTold(to - from)) || matches(candidate.name, text, from, to, fold))) {
                return candidate;
            }
            index = (index + 1) & mask;
            candidate = slots[index];
        }
        return Entry.UNKNOWN;
    }

    private static boolean matches(byte[] name, byte[] text, int from, int to, boolean fold) {
        if (name.length != to - from) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            byte character = text[from + index];
            if (fold && character >= 'A' && character <= 'Z') {
                character = (byte) (character | 0x20);
            }
            if (character != name[index]) {
                return false;
            }
        }
        return true;
    }

    /** Collects names; not safe for threads. */
    public static final class Builder {
        private final Map<String, Keyword> keywords = new HashMap<>();
        private final Set<String> harmless = new HashSet<>(BEFORE_PARENTHESIS);
        private final Set<String> primaryFunctions = new HashSet<>();
        private final Set<String> primaryRelations = new HashSet<>();
        private final Set<String> volatileOperators = new HashSet<>();
        private boolean complete;

        private Builder() {
            for (Keyword keyword : Keyword.values()) {
                if (keyword != Keyword.NONE) {
                    keywords.put(keyword.spelling(), keyword);
                }
            }
        }

        public Builder harmlessFunction(String name) {
            harmless.add(name);
            return this;
        }

        public Builder primaryFunction(String name) {
            primaryFunctions.add(name);
            return this;
        }

        /** Says whether that was news. */
        public boolean primaryRelation(String name) {
            return primaryRelations.add(name);
        }

        public Builder volatileOperator(String symbol) {
            volatileOperators.add(symbol);
            return this;
        }

        /** Everything that the database has was added. */
        public Builder complete() {
            complete = true;
            return this;
        }

        public NameTable build() {
            Set<String> names = new HashSet<>(keywords.keySet());
            names.addAll(harmless);
            names.addAll(primaryFunctions);
            names.addAll(primaryRelations);
            Entry[] slots = new Entry[Integer.highestOneBit(Math.max(256, names.size())) * 4];
            Arrays.fill(slots, Entry.UNKNOWN);
            for (String name : names) {
                Entry entry = new Entry(
                        name,
                        keywords.getOrDefault(name, Keyword.NONE),
                        harmless.contains(name),
                        primaryFunctions.contains(name),
                        primaryRelations.contains(name));
                int index = Ends.spread(entry.head, entry.tail) & (slots.length - 1);
                while (slots[index] != Entry.UNKNOWN) {
                    index = (index + 1) & (slots.length - 1);
                }
                slots[index] = entry;
            }
            return new NameTable(slots, new Symbols(volatileOperators), complete);
        }
    }
}
