package io.howdah.server.admin;

import java.util.List;

/**
 * Why an operation failed.
 *
 * @param logTail the last lines of the log that tells more; empty when none does
 */
record OperationFailure(String title, String detail, String hint, List<String> logTail) {
    OperationFailure {
        logTail = List.copyOf(logTail);
    }
}
