package io.howdah.gateway.classify;

/** Finds out what the names of a database mean. Blocks; throws an unchecked exception when no server could be asked. */
public interface NameSource {
    NameTable fetch(String database);
}
