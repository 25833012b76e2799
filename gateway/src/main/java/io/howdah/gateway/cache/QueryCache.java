package io.howdah.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.Reason;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.route.Routes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers and gives them again, as long as everything that they depend on is as it was. An answer says itself whether it still
 * counts, so that a change only has to be counted, however many answers there are. Safe on every thread; nothing blocks.
 */
public final class QueryCache implements AutoCloseable {
    private static final int ENTRY_BYTES = 160;

    private volatile CacheSettings settings; // replaced as a whole, read by the event loops
    private volatile boolean on = true;
    private final LongSupplier nanoClock;
    private final ChangeWatch watch;
    private final Cache<CacheKey, Answer> answers;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder outdated = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    /** How often operators had something forgotten. */
    private final AtomicLong invalidations = new AtomicLong();

    private final Map<CacheBypass, LongAdder> bypassed = new EnumMap<>(CacheBypass.class);

    /** @param nanoClock as System.nanoTime */
    public QueryCache(CacheSettings settings, LogSource source, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.watch = new ChangeWatch(source, settings, nanoClock);
        for (CacheBypass reason : CacheBypass.values()) {
            bypassed.put(reason, new LongAdder());
        }
        this.answers = Caffeine.newBuilder()
                .maximumWeight(settings.memoryBytes())
                .weigher((CacheKey key, Answer answer) -> size(key, answer))
                .expireAfter(Expiry.<CacheKey, Answer>creating(
                        (_, answer) -> Duration.ofNanos(Math.max(1, answer.expiresNanos() - nanoClock.getAsLong()))))
                .ticker(nanoClock::getAsLong)
                // What little there is to do is done by whoever comes along.
                .executor(Runnable::run)
                .evictionListener((_, _, cause) -> {
                    if (cause == RemovalCause.SIZE || cause == RemovalCause.EXPIRED) {
                        evicted.increment();
                    }
                })
                .build();
    }

    private static int size(CacheKey key, Answer answer) {
        return ENTRY_BYTES
                + key.bytes()
                + answer.bytes().length
                + answer.basis().bytes();
    }

    public CacheSettings settings() {
        return settings;
    }

    /** Whether anything is kept or given. */
    public boolean isOn() {
        return on;
    }

    /**
     * Other settings, at once. What is switched off forgets all answers and does not follow the log.
     *
     * @param enabled whether anything is to be kept and given
     */
    public void reconfigure(CacheSettings changed, boolean enabled) {
        settings = changed;
        on = enabled;
        watch.reconfigure(changed, enabled);
        answers.policy().eviction().ifPresent(eviction -> eviction.setMaximum(changed.memoryBytes()));
        if (!enabled) {
            answers.invalidateAll();
        }
    }

    /** A newer picture of the cluster. */
    public void routesChanged(Routes routes) {
        watch.routesChanged(routes);
    }

    /** Whether there are rules for a role in a database, so that its statements need no hint. */
    public boolean hasRulesFor(String database, String role) {
        return settings.rules().stream().anyMatch(rule -> rule.concerns(database, role));
    }

    // ---- what a session has written

    /** The stream of the log at this moment, up to date or not; null when there is none yet. */
    @Nullable
    Following stream() {
        return watch.newest();
    }

    /** What names mean in a database; keywords only, while that is not known. */
    public NameTable names(String database) {
        return watch.current()
                .flatMap(following -> following.database(database).catalog())
                .map(Catalog::names)
                .orElse(NameTable.KEYWORDS);
    }

    // ---- questions

    /**
     * Looks for an answer.
     *
     * @param committed when the session last committed something
     * @param utf8 as in {@link StatementClassifier#classify}
     */
    public CacheLookup look(CacheScope scope, CacheQuestion question, CommitMark committed, boolean utf8) {
        Optional<CacheHint> hint =
                CacheHint.in(question.texts().getFirst(), 0, question.texts().getFirst().length);
        if (hint.isPresent() && !hint.get().wanted()) {
            return new CacheLookup.Pass();
        }
        Following following = watch.current().orElse(null);
        if (following == null) {
            return pass(CacheBypass.NOT_CURRENT);
        }
        WatchedDatabase database = following.database(scope.database());
        if (!committed.isKnown(following)) {
            following.demand();
            return pass(CacheBypass.OWN_WRITES);
        }
        CacheKey key = new CacheKey(scope, question.key());
        Answer known = answers.getIfPresent(key);
        if (known != null) {
            if (known.basis().holds() && nanoClock.getAsLong() - known.expiresNanos() < 0) {
                hits.increment();
                return new CacheLookup.Hit(known.bytes());
            }
            if (answers.asMap().remove(key, known)) {
                outdated.increment();
            }
        }
        WatchedDatabase.Meaning meaning = database.meaning().orElse(null);
        if (meaning == null) {
            following.demand();
            return pass(database.catalog().isPresent() ? CacheBypass.CHANGING : CacheBypass.NOT_CURRENT);
        }
        return missed(scope, question, hint, key, following, database, meaning, utf8);
    }

    private CacheLookup missed(
            CacheScope scope,
            CacheQuestion question,
            Optional<CacheHint> hint,
            CacheKey key,
            Following following,
            WatchedDatabase database,
            WatchedDatabase.Meaning meaning,
            boolean utf8) {
        Catalog catalog = meaning.catalog();
        Optional<Set<Integer>> tables = question.timed() ? Optional.empty() : tables(question.texts(), catalog, utf8);
        Optional<Duration> timeToLive = hint.isPresent()
                ? Optional.of(hint.get().timeToLive().orElse(settings.timeToLive()))
                : tables.flatMap(ids -> byRule(scope, ids, catalog));
        if (timeToLive.isEmpty()) {
            return new CacheLookup.Pass();
        }
        if (tables.isEmpty()) {
            return pass(CacheBypass.NOT_CACHEABLE);
        }
        Optional<Basis> basis =
                Basis.of(meaning, tables.get().stream().map(database::table).toList());
        if (basis.isEmpty()) {
            following.demand();
            return pass(CacheBypass.CHANGING);
        }
        misses.increment();
        return new CacheLookup.Miss(
                new CacheTicket(key, basis.get(), timeToLive.get(), following.place(), invalidations.get()));
    }

    private static Optional<Set<Integer>> tables(List<byte[]> texts, Catalog catalog, boolean utf8) {
        StatementClassifier classifier = new StatementClassifier();
        Set<Integer> all = new HashSet<>();
        for (byte[] text : texts) {
            Judgment judgment = classifier.classify(text, 0, text.length, catalog.names(), utf8);
            Optional<Set<Integer>> found =
                    judgment.reason() == Reason.READ ? Mentions.in(text, catalog) : Optional.empty();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(found.get());
        }
        return Optional.of(all);
    }

    private Optional<Duration> byRule(CacheScope scope, Set<Integer> tables, Catalog catalog) {
        Set<String> titles = tables.stream()
                .map(id -> catalog.titles().getOrDefault(id, ""))
                .collect(Collectors.toUnmodifiableSet());
        return settings.rules().stream()
                .filter(rule -> rule.concerns(scope.databaseHere(), scope.user()) && rule.covers(titles))
                .findFirst()
                .map(rule -> rule.timeToLive().orElse(settings.timeToLive()));
    }

    private CacheLookup pass(CacheBypass reason) {
        count(reason);
        return new CacheLookup.Pass();
    }

    /** The session itself has found out that the cache is of no use. */
    public void count(CacheBypass reason) {
        Objects.requireNonNull(bypassed.get(reason)).increment();
    }

    /** Keeps an answer, unless something has changed since the ticket was given. */
    public void keep(CacheTicket ticket, byte[] bytes) {
        if (on && ticket.basis().holds() && ticket.invalidations() == invalidations.get()) {
            long expires = nanoClock.getAsLong() + ticket.timeToLive().toNanos();
            answers.put(ticket.key(), new Answer(bytes, ticket.basis(), expires));
            stored.increment();
        }
    }

    // ---- operators

    /**
     * Forgets answers; what is being asked at this moment is not kept either.
     *
     * @param database as clients call it; empty for all
     * @param table {@code table} or {@code schema.table}: only answers that depend on it; empty for all
     */
    public CacheInvalidation invalidate(Optional<String> database, Optional<String> table) {
        invalidations.incrementAndGet();
        answers.cleanUp();
        Set<ChangeMark> concerned = table.map(this::marks).orElse(Set.of());
        long bytes = 0;
        long count = 0;
        for (Map.Entry<CacheKey, Answer> each : answers.asMap().entrySet()) {
            boolean goes = database.orElse(each.getKey().database())
                            .equals(each.getKey().database())
                    && (table.isEmpty() || each.getValue().basis().dependsOnAny(concerned));
            if (goes && answers.asMap().remove(each.getKey(), each.getValue())) {
                count++;
                bytes += size(each.getKey(), each.getValue());
            }
        }
        return new CacheInvalidation(count, bytes);
    }

    private Set<ChangeMark> marks(String table) {
        CacheSettings.Rule named =
                new CacheSettings.Rule(Optional.empty(), Optional.empty(), Set.of(table), Optional.empty());
        Set<ChangeMark> marks = new HashSet<>();
        for (WatchedDatabase database :
                watch.current().map(Following::databases).orElse(List.of())) {
            database.catalog()
                    .ifPresent(catalog -> catalog.titles().forEach((id, title) -> {
                        if (named.covers(Set.of(title))) {
                            marks.add(database.table(id));
                        }
                    }));
        }
        return marks;
    }

    public CacheStatistics statistics() {
        answers.cleanUp();
        long bytes = answers.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
        Map<CacheBypass, Long> reasons = new EnumMap<>(CacheBypass.class);
        bypassed.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new CacheStatistics(
                on ? watch.state() : CacheStatistics.OFF,
                answers.estimatedSize(),
                bytes,
                settings.memoryBytes(),
                hits.sum(),
                misses.sum(),
                stored.sum(),
                outdated.sum(),
                evicted.sum(),
                reasons);
    }

    /** Stops following the log. */
    @Override
    public void close() {
        watch.close();
        answers.invalidateAll();
    }
}
