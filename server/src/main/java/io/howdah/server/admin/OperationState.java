package io.howdah.server.admin;

import java.util.Locale;

/** How far an operation is; the last two never change again. */
enum OperationState {
    RUNNING,
    SUCCEEDED,
    FAILED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
