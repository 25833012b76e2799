package io.howdah.server.topology;

/** Somebody else changed the entry since it was read: read it again and decide anew. */
public final class VersionConflictException extends RuntimeException {
    public VersionConflictException(String key, long expectedVersion, long foundVersion) {
        super("%s has version %s, not %s".formatted(key, inWords(foundVersion), inWords(expectedVersion)));
    }

    private static String inWords(long version) {
        return version == TopologyStore.ABSENT ? "none (it does not exist)" : Long.toString(version);
    }
}
