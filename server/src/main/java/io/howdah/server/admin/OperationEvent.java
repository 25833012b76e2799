package io.howdah.server.admin;

import java.time.Instant;

/** One sentence about what an operation does; sequences of one operation start at 1 and have no gaps. */
record OperationEvent(long sequence, Instant time, String component, String message) {}
