package io.howdah.postgres.wire;

/** First bytes of the messages that a client sends. The start-up packet has none: see {@link StartupPacket}. */
public final class FrontendType {
    public static final byte BIND = 'B';
    public static final byte CLOSE = 'C';
    public static final byte COPY_DATA = 'd';
    public static final byte COPY_DONE = 'c';
    public static final byte COPY_FAIL = 'f';
    public static final byte DESCRIBE = 'D';
    public static final byte EXECUTE = 'E';
    public static final byte FLUSH = 'H';
    public static final byte FUNCTION_CALL = 'F';
    public static final byte PARSE = 'P';
    /** PasswordMessage, SASLInitialResponse, SASLResponse and GSSResponse share a type; the exchange tells which. */
    public static final byte PASSWORD = 'p';

    public static final byte QUERY = 'Q';
    public static final byte SYNC = 'S';
    public static final byte TERMINATE = 'X';

    private FrontendType() {}

    /** Whether a client may ever send a message of this type after its start-up packet. */
    public static boolean isKnown(byte type) {
        return switch (type) {
            case BIND,
                    CLOSE,
                    COPY_DATA,
                    COPY_DONE,
                    COPY_FAIL,
                    DESCRIBE,
                    EXECUTE,
                    FLUSH,
                    FUNCTION_CALL,
                    PARSE,
                    PASSWORD,
                    QUERY,
                    SYNC,
                    TERMINATE -> true;
            default -> false;
        };
    }
}
