package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of an ErrorResponse or NoticeResponse, each under its one letter code. Fields that this class has no name
 * for are kept, so that what is decoded can be sent on unchanged (PostgreSQL manual, "Error and Notice Message Fields").
 */
public record ErrorFields(SortedMap<Character, String> fields) {
    public static final char SEVERITY_LOCALIZED = 'S';
    public static final char SEVERITY = 'V';
    public static final char SQL_STATE = 'C';
    public static final char MESSAGE = 'M';
    public static final char DETAIL = 'D';
    public static final char HINT = 'H';
    public static final char POSITION = 'P';
    public static final char WHERE = 'W';
    public static final char FILE = 'F';
    public static final char LINE = 'L';
    public static final char ROUTINE = 'R';

    public ErrorFields {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** An error as Howdah itself raises it; empty detail or hint are left out. */
    public static ErrorFields error(String sqlState, String message, String detail, String hint) {
        return of("ERROR", sqlState, message, detail, hint);
    }

    /** An error after which the connection is closed. */
    public static ErrorFields fatal(String sqlState, String message, String detail, String hint) {
        return of("FATAL", sqlState, message, detail, hint);
    }

    public static ErrorFields of(String severity, String sqlState, String message, String detail, String hint) {
        SortedMap<Character, String> fields = new TreeMap<>();
        fields.put(SEVERITY_LOCALIZED, severity);
        fields.put(SEVERITY, severity);
        fields.put(SQL_STATE, sqlState);
        fields.put(MESSAGE, message);
        if (!detail.isEmpty()) {
            fields.put(DETAIL, detail);
        }
        if (!hint.isEmpty()) {
            fields.put(HINT, hint);
        }
        return new ErrorFields(fields);
    }

    /** ERROR, FATAL, PANIC, WARNING, NOTICE, DEBUG, INFO or LOG, never translated. */
    public String severity() {
        String severity = field(SEVERITY);
        return severity.isEmpty() ? field(SEVERITY_LOCALIZED) : severity;
    }

    public String sqlState() {
        return field(SQL_STATE);
    }

    public String message() {
        return field(MESSAGE);
    }

    public String detail() {
        return field(DETAIL);
    }

    public String hint() {
        return field(HINT);
    }

    /** The function in PostgreSQL's source that reported. */
    public String routine() {
        return field(ROUTINE);
    }

    /** A field by its code, empty when absent. */
    public String field(char code) {
        return fields.getOrDefault(code, "");
    }

    /** Reads the payload of an ErrorResponse or NoticeResponse. */
    public static ErrorFields decode(ByteBuf payload) {
        SortedMap<Character, String> fields = new TreeMap<>();
        while (true) {
            byte code = MessageFrame.readByte(payload, "field code of an error");
            if (code == 0) {
                break;
            }
            fields.put((char) Byte.toUnsignedInt(code), MessageFrame.readString(payload));
        }
        MessageFrame.requireEnd(payload, "error fields");
        return new ErrorFields(fields);
    }

    /** Writes an ErrorResponse. */
    public void writeError(ByteBuf out) {
        write(out, BackendType.ERROR_RESPONSE);
    }

    /** Writes a NoticeResponse. */
    public void writeNotice(ByteBuf out) {
        write(out, BackendType.NOTICE_RESPONSE);
    }

    private void write(ByteBuf out, byte type) {
        int start = MessageFrame.begin(out, type);
        fields.forEach((code, value) -> {
            out.writeByte(code);
            MessageFrame.writeString(out, value);
        });
        out.writeByte(0);
        MessageFrame.end(out, start);
    }

    /** One line for a log: severity, message, SQLSTATE, then detail and hint where given. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(severity()).append(": ").append(message());
        text.append(" (SQLSTATE ").append(sqlState()).append(')');
        if (!detail().isEmpty()) {
            text.append("; detail: ").append(detail());
        }
        if (!hint().isEmpty()) {
            text.append("; hint: ").append(hint());
        }
        return text.toString();
    }
}
