/**
 * SCRAM-SHA-256 from both sides, without I/O: verifiers as PostgreSQL stores them, the server's half of the exchange, and
 * a client that logs in with a password or with the keys that the server's half recovered (RFC 5802, RFC 7677).
 */
@NullMarked
package io.howdah.postgres.scram;

import org.jspecify.annotations.NullMarked;
