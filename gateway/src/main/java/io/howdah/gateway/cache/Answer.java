package io.howdah.gateway.cache;

/**
 * An answer of a server, as it was sent.
 *
 * @param bytes all messages up to ReadyForQuery; not changed
 * @param basis what it depends on
 * @param expiresNanos when it has lived long enough
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity, if at all
record Answer(byte[] bytes, Basis basis, long expiresNanos) {}
