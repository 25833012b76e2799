package io.howdah.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.classify.NameTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BasisTest {
    private static final Catalog CATALOG = new Catalog(1, NameTable.KEYWORDS, Map.of(), Map.of(), Map.of());

    private final WatchedDatabase database = new WatchedDatabase("shop");

    BasisTest() {
        learn();
    }

    /** The catalogs are read after a change of definitions. */
    private void learn() {
        database.catalog(CATALOG);
        database.definitions().settled(1);
    }

    @Test
    void holdsUntilATableChanges() {
        Basis basis = Basis.of(database.meaning().orElseThrow(), List.of(database.table(7)))
                .orElseThrow();
        database.table(8).changed();
        assertThat(basis.holds()).isTrue();
        database.table(7).changed();
        assertThat(basis.holds()).isFalse();
        database.table(7).settled(1);
        assertThat(basis.holds()).isFalse();
    }

    @Test
    void isNotTakenDownWhileAChangeMayBeUnseen() {
        database.table(7).changed();
        assertThat(Basis.of(database.meaning().orElseThrow(), List.of(database.table(7))))
                .isEmpty();
        database.table(7).settled(1);
        assertThat(Basis.of(database.meaning().orElseThrow(), List.of(database.table(7))))
                .isPresent();
    }

    /** Its tables were found by catalogs that a change, wholly read since, has made out of date. */
    @Test
    void doesNotHoldWhenNamesMeanSomethingElseByNow() {
        WatchedDatabase.Meaning before = database.meaning().orElseThrow();
        database.definitions().changed();
        assertThat(database.meaning()).isEmpty();
        learn();
        assertThat(Basis.of(before, List.of(database.table(7))))
                .hasValueSatisfying(basis -> assertThat(basis.holds()).isFalse());
        assertThat(Basis.of(database.meaning().orElseThrow(), List.of(database.table(7))))
                .hasValueSatisfying(basis -> assertThat(basis.holds()).isTrue());
    }
}
