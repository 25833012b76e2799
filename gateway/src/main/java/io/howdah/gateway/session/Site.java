package io.howdah.gateway.session;

/**
 * Where a database is, on one event loop.
 *
 * @param database what it is called there
 */
record Site(ClusterPart cluster, String database) {}
