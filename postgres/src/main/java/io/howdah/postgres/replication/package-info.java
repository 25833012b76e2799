/**
 * Copies PostgreSQL data over the streaming replication protocol, without pg_basebackup (PostgreSQL manual, "Streaming
 * Replication Protocol").
 */
@NullMarked
package io.howdah.postgres.replication;

import org.jspecify.annotations.NullMarked;
