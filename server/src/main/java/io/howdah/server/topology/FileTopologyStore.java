package io.howdah.server.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.server.configuration.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The embedded store: one file, kept in memory, replaced as a whole on each write. Its first line holds a checksum of the
 * rest, so that a damaged file is told from a valid one instead of being half believed.
 *
 * <p>One process at a time: whoever opens the store must hold the directory's admin lock.
 */
@ThreadSafe
public final class FileTopologyStore implements TopologyStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileTopologyStore.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String HEADER = "howdah-topology 1 sha256 ";
    private static final String HINT =
            "the file only repeats what howdah.yaml and run/ say: move it aside and 'howdah up' writes it anew";

    private record Watcher(String prefix, Consumer<Change> listener) {}

    private final Path file;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ExecutorService notifier = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("topology-watch").factory());

    @GuardedBy("this")
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    private FileTopologyStore(Path file) {
        this.file = file;
    }

    /**
     * Opens the store, empty when there is no file yet.
     *
     * @throws TopologyStoreException when the file is damaged; it is left as it is
     */
    public static FileTopologyStore open(Path file) {
        FileTopologyStore store = new FileTopologyStore(file);
        store.load();
        return store;
    }

    @Override
    public synchronized Optional<Entry> get(String key) {
        TopologyKeys.require(key);
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public synchronized List<Entry> list(String prefix) {
        return entries.tailMap(prefix, true).values().stream()
                .takeWhile(entry -> entry.key().startsWith(prefix))
                .toList();
    }

    @Override
    public synchronized Entry put(String key, String document, long expectedVersion) {
        TopologyKeys.require(key);
        requireVersion(key, expectedVersion);
        Entry entry = new Entry(key, document, expectedVersion + 1);
        TreeMap<String, Entry> changed = new TreeMap<>(entries);
        changed.put(key, entry);
        save(changed);
        entries.put(key, entry);
        publish(new Change(key, Optional.of(entry)));
        return entry;
    }

    @Override
    public synchronized void delete(String key, long expectedVersion) {
        TopologyKeys.require(key);
        requireVersion(key, expectedVersion);
        TreeMap<String, Entry> changed = new TreeMap<>(entries);
        if (changed.remove(key) != null) {
            save(changed);
            entries.remove(key);
            publish(new Change(key, Optional.empty()));
        }
    }

    @Override
    public Watch watch(String prefix, Consumer<Change> listener) {
        Watcher watcher = new Watcher(prefix, listener);
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public void close() {
        watchers.clear();
        notifier.shutdown();
    }

    @GuardedBy("this")
    private void requireVersion(String key, long expectedVersion) {
        long found = Optional.ofNullable(entries.get(key)).map(Entry::version).orElse(ABSENT);
        if (found != expectedVersion) {
            throw new VersionConflictException(key, expectedVersion, found);
        }
    }

    @GuardedBy("this")
    private void publish(Change change) {
        List<Watcher> interested = watchers.stream()
                .filter(watcher -> change.key().startsWith(watcher.prefix()))
                .toList();
        if (!interested.isEmpty()) {
            notifier.execute(() -> interested.forEach(watcher -> call(watcher, change)));
        }
    }

    private void call(Watcher watcher, Change change) {
        if (watchers.contains(watcher)) {
            try {
                watcher.listener().accept(change);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed on the change of {}", change.key(), e);
            }
        }
    }

    private synchronized void load() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            String body = text.substring(end + 1);
            if (end < 0 || !text.substring(0, end).equals(HEADER + checksum(body))) {
                throw new TopologyStoreException(file + " is damaged: its checksum does not match", HINT, null);
            }
            parse(body);
        } catch (IOException e) {
            throw new TopologyStoreException(file + " cannot be read: " + e.getMessage(), HINT, e);
        } catch (JacksonException e) {
            throw new TopologyStoreException(file + " is damaged: " + e.getOriginalMessage(), HINT, e);
        }
    }

    @GuardedBy("this")
    private void parse(String body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                json.nextToken();
                json.nextToken();
                long version = json.getLongValue();
                json.nextToken();
                entries.put(key, new Entry(key, json.getString(), version));
                json.nextToken();
            }
        }
    }

    private void save(Map<String, Entry> changed) {
        StringWriter body = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
            json.writeStartObject();
            for (Entry entry : changed.values()) {
                json.writeArrayPropertyStart(entry.key());
                json.writeNumber(entry.version());
                json.writeString(entry.document());
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        try {
            AtomicFile.write(file, HEADER + checksum(body.toString()) + "\n" + body, AtomicFile.Access.PRIVATE);
        } catch (UncheckedIOException e) {
            throw new TopologyStoreException(
                    "%s cannot be written: %s".formatted(file, e.getMessage()),
                    "make room on the disk and check who may write there",
                    e);
        }
    }

    private static String checksum(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
