package io.howdah.gateway;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where a gateway listens on Unix sockets, one for each port, under the names that clients of PostgreSQL look for.
 *
 * @param directory which must exist
 * @param permissions of the sockets; who may write may connect
 */
public record UnixSockets(Path directory, Set<PosixFilePermission> permissions) {
    /** As unix_socket_permissions of PostgreSQL: everybody may connect, the rules of access say who comes in. */
    public static final Set<PosixFilePermission> USUAL_PERMISSIONS = PosixFilePermissions.fromString("rwxrwxrwx");

    /** sun_path of Linux, less the zero. */
    private static final int LONGEST_PATH_BYTES = 107;

    public UnixSockets {
        permissions = Set.copyOf(permissions);
    }

    /** The socket of a port. */
    public Path path(int port) {
        return directory.resolve(".s.PGSQL." + port);
    }

    /** The name under which it is made, before it takes its place. */
    Path provisional(int port) {
        return directory.resolve(".s.PGSQL." + port + "~");
    }

    /** Whether the kernel takes paths in this directory. */
    public static boolean isShortEnough(Path directory) {
        String longest = directory.resolve(".s.PGSQL.65535~").toString();
        return longest.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH_BYTES;
    }
}
