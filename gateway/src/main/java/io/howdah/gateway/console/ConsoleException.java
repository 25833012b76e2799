package io.howdah.gateway.console;

import io.howdah.postgres.wire.ErrorFields;

/** A command that cannot be carried out. */
public final class ConsoleException extends RuntimeException {
    private final transient ErrorFields fields;

    public ConsoleException(String sqlState, String message, String hint) {
        super(message);
        this.fields = ErrorFields.error(sqlState, message, "", hint);
    }

    ErrorFields fields() {
        return fields;
    }
}
