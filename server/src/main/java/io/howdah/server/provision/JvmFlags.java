package io.howdah.server.provision;

import io.howdah.server.provision.Component.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags of the virtual machine for each role, in one place.
 *
 * <p>A local cluster is seven processes on somebody's laptop: small heaps, the collector without helper threads, and the quick
 * compiler alone where work is rare. A gateway moves every byte that clients read and gets the full compiler.
 */
final class JvmFlags {
    private JvmFlags() {}

    static List<String> of(Kind kind, Program program) {
        List<String> flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx96m", "-Xss512k"));
        switch (kind) {
            case NODE -> flags.add("-XX:TieredStopAtLevel=1");
            case GATEWAY -> {
                // Both compilers: see above.
            }
        }
        program.startupCache().ifPresent(cache -> flags.add("-XX:AOTCache=" + cache));
        flags.add("--enable-native-access=ALL-UNNAMED");
        flags.add("--sun-misc-unsafe-memory-access=allow");
        flags.addAll(program.homeFlag());
        return flags;
    }
}
