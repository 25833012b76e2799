package io.howdah.postgres.client;

import io.howdah.postgres.wire.ErrorFields;

/** PostgreSQL reported an error. The connection remains usable unless the severity was FATAL or PANIC. */
public final class PostgresException extends RuntimeException {
    private final transient ErrorFields fields;

    public PostgresException(ErrorFields fields) {
        super(fields.toString());
        this.fields = fields;
    }

    public ErrorFields fields() {
        return fields;
    }

    public String sqlState() {
        return fields.sqlState();
    }
}
