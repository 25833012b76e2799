package io.howdah.gateway.pool;

/**
 * How many connections the gateway may have to one server at most, over all its pools; 0 is no limit.
 *
 * @param perServer in all
 * @param perDatabase to one database there
 * @param perRole as one role there
 */
public record ConnectionLimits(int perServer, int perDatabase, int perRole) {
    public static final ConnectionLimits NONE = new ConnectionLimits(0, 0, 0);

    public ConnectionLimits {
        if (perServer < 0 || perDatabase < 0 || perRole < 0) {
            throw new IllegalArgumentException("a limit of connections is below 0; 0 is no limit");
        }
    }

    /** At most so many in all, whatever is configured. */
    ConnectionLimits within(int most) {
        return perServer > 0 && perServer <= most ? this : new ConnectionLimits(most, perDatabase, perRole);
    }
}
