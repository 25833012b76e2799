package io.howdah.server.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.server.topology.TopologyStore.Change;
import io.howdah.server.topology.TopologyStore.Entry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every topology store promises. */
abstract class TopologyStoreContract {
    @SuppressWarnings("NullAway.Init") // set before each test
    private TopologyStore store;

    /** A connection to the same store each time. */
    abstract TopologyStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void anAbsentKeyIsEmpty() {
        assertThat(store.get("/cells/zone1")).isEmpty();
        assertThat(store.list("/")).isEmpty();
    }

    @Test
    void whatIsPutIsFoundAlsoAfterReopening() {
        Entry entry = store.put("/cells/zone1", "{\"ü\":\"\\n\"}", TopologyStore.ABSENT);
        assertThat(store.get("/cells/zone1")).contains(entry);
        store.close();
        store = open();
        assertThat(store.get("/cells/zone1")).contains(entry);
    }

    @Test
    void theVersionRises() {
        Entry first = store.put("/cells/zone1", "1", TopologyStore.ABSENT);
        Entry second = store.put("/cells/zone1", "2", first.version());
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(store.get("/cells/zone1").map(Entry::document)).contains("2");
    }

    @Test
    void aWriterThatSawAnotherVersionIsRefused() {
        Entry first = store.put("/cells/zone1", "1", TopologyStore.ABSENT);
        store.put("/cells/zone1", "2", first.version());
        assertThatThrownBy(() -> store.put("/cells/zone1", "3", first.version()))
                .isInstanceOf(VersionConflictException.class);
        assertThatThrownBy(() -> store.put("/cells/zone1", "3", TopologyStore.ABSENT))
                .isInstanceOf(VersionConflictException.class);
        assertThatThrownBy(() -> store.put("/cells/zone2", "3", 1)).isInstanceOf(VersionConflictException.class);
        assertThatThrownBy(() -> store.delete("/cells/zone1", first.version()))
                .isInstanceOf(VersionConflictException.class);
        assertThat(store.get("/cells/zone1").map(Entry::document)).contains("2");
    }

    @Test
    void ofManyWritersWithTheSameVersionOneWins() {
        List<CompletableFuture<Boolean>> attempts = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        store.put("/cells/zone1", Integer.toString(i), TopologyStore.ABSENT);
                        return true;
                    } catch (VersionConflictException e) {
                        return false;
                    }
                }))
                .toList();
        assertThat(attempts.stream().map(CompletableFuture::join).filter(won -> won))
                .hasSize(1);
    }

    @Test
    void aDeletedEntryIsGone() {
        Entry entry = store.put("/cells/zone1", "1", TopologyStore.ABSENT);
        store.delete("/cells/zone1", entry.version());
        assertThat(store.get("/cells/zone1")).isEmpty();
        assertThat(store.put("/cells/zone1", "2", TopologyStore.ABSENT).document())
                .isEqualTo("2");
    }

    @Test
    void aListHoldsThePrefixInOrder() {
        for (String key : List.of("/b/2", "/a/1", "/b/1", "/bb/1", "/c")) {
            store.put(key, "{}", TopologyStore.ABSENT);
        }
        assertThat(store.list("/b/")).extracting(Entry::key).containsExactly("/b/1", "/b/2");
        assertThat(store.list("/")).hasSize(5);
    }

    @Test
    void aWatchHearsEachChangeInOrderUntilItIsClosed() throws Exception {
        BlockingQueue<Change> heard = new LinkedBlockingQueue<>();
        store.put("/b/before", "{}", TopologyStore.ABSENT);
        TopologyStore.Watch watch = store.watch("/b/", heard::add);
        Entry first = store.put("/b/1", "1", TopologyStore.ABSENT);
        store.put("/a/1", "not watched", TopologyStore.ABSENT);
        Entry second = store.put("/b/1", "2", first.version());
        store.delete("/b/1", second.version());
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(new Change("/b/1", Optional.of(first)));
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(new Change("/b/1", Optional.of(second)));
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo(new Change("/b/1", Optional.empty()));
        watch.close();
        store.put("/b/2", "{}", TopologyStore.ABSENT);
        assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "cells/zone1", "/cells/", "/cells//zone1", "/cells/zone 1", "/a/\u0000"})
    void aKeyThatIsNotOneIsRefused(String key) {
        assertThatThrownBy(() -> store.put(key, "{}", TopologyStore.ABSENT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
