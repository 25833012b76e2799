package io.howdah.gateway.route;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which cluster a database is in, by the name that clients use. Immutable. A database that it does not name is in the gateway's own
 * cluster, if anywhere.
 *
 * @param home the gateway's own cluster
 * @param places of the databases that are elsewhere, or have another name there
 */
public record DatabaseTable(String home, Map<String, Place> places) {
    /** @param database what it is called in that cluster */
    public record Place(String cluster, String database) {}

    public DatabaseTable {
        places = Map.copyOf(places);
    }

    /** Every database is in the gateway's own cluster. */
    public static DatabaseTable allAt(String home) {
        return new DatabaseTable(home, Map.of());
    }

    public Place of(String database) {
        Place place = places.get(database);
        return place == null ? new Place(home, database) : place;
    }

    /** This, with one database elsewhere. */
    public DatabaseTable with(String database, Place place) {
        Map<String, Place> changed = new TreeMap<>(places);
        changed.put(database, place);
        return new DatabaseTable(home, changed);
    }

    /** The databases that this table or the other one names, in the order of their names. */
    public Set<String> namedHereOr(DatabaseTable other) {
        Set<String> names = new TreeSet<>(places.keySet());
        names.addAll(other.places.keySet());
        return names;
    }
}
