package io.howdah.postgres.process;

/**
 * What {@code postmaster.pid} says.
 *
 * @param pid of the postmaster
 * @param dataDirectory as given to it
 * @param startSeconds since 1970, by its clock
 * @param port that it listens on
 * @param status {@code starting}, {@code stopping}, {@code ready} or {@code standby}; empty when not written yet
 */
public record PostmasterPidFile(long pid, String dataDirectory, long startSeconds, int port, String status) {}
