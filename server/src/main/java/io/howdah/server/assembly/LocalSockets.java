package io.howdah.server.assembly;

import io.howdah.gateway.UnixSockets;
import io.howdah.server.configuration.AccessConfiguration;
import io.howdah.server.configuration.GatewayConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a gateway listens on Unix sockets: beside those of the nodes, unless the configuration says otherwise. */
final class LocalSockets {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSockets.class);
    private static final int OCTAL = 8;
    private static final String NONE = "none";

    private LocalSockets() {}

    static Optional<UnixSockets> of(GatewayConfiguration configuration) {
        AccessConfiguration access = configuration.access();
        if (access.socketDirectory().filter(NONE::equals).isPresent()) {
            return Optional.empty();
        }
        Path directory = access.socketDirectory()
                .map(Path::of)
                .orElseGet(() -> configuration.runDirectory().resolve("sockets"));
        boolean usable =
                Files.isDirectory(directory) && Files.isWritable(directory) && UnixSockets.isShortEnough(directory);
        if (!usable && access.socketDirectory().isPresent()) {
            LOG.warn(
                    "no Unix sockets: {} is no directory that the gateway may write to, or its path is too long for them (107 bytes with the socket's"
                            + " name); clients come in by TCP",
                    directory);
        }
        return usable ? Optional.of(new UnixSockets(directory, permissions(access))) : Optional.empty();
    }

    private static Set<PosixFilePermission> permissions(AccessConfiguration access) {
        return access.socketPermissions()
                .map(text -> permissions(Integer.parseInt(text, OCTAL)))
                .orElse(UnixSockets.USUAL_PERMISSIONS);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's reading to others' execution
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode >> (all.length - 1 - bit) & 1) == 1) {
                permissions.add(all[bit]);
            }
        }
        return permissions;
    }
}
