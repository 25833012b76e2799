package io.howdah.server;

import io.howdah.server.assembly.AdminAssembly;
import io.howdah.server.assembly.GatewayAssembly;
import io.howdah.server.assembly.NodeAssembly;
import io.howdah.server.assembly.Running;
import io.howdah.server.assembly.Training;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one program behind all processes: {@code node --config FILE}, {@code gateway --config FILE}, {@code admin --dir DIR}.
 * SIGTERM stops a process in order; it exits with 1 when it cannot start and says why in its log.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        try {
            start(List.of(arguments));
        } catch (RuntimeException e) {
            LOG.error("cannot start: {}", e.getMessage());
            LOG.debug("where it failed", e);
            System.exit(1);
        }
    }

    private static void start(List<String> arguments) {
        String role = arguments.isEmpty() ? "" : arguments.getFirst();
        switch (role) {
            case "node" -> run(NodeAssembly.start(path(arguments, "--config")));
            case "gateway" -> run(GatewayAssembly.start(path(arguments, "--config"), () -> System.exit(0)));
            case "admin" -> run(AdminAssembly.start(path(arguments, "--dir")));
            case "train" -> Training.run();
            default -> {
                System.err.println("usage: node --config FILE | gateway --config FILE | admin --dir DIR");
                System.exit(2);
            }
        }
    }

    private static void run(Running process) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(process::stop));
    }

    private static Path path(List<String> arguments, String option) {
        if (arguments.size() != 3 || !arguments.get(1).equals(option)) {
            throw new IllegalArgumentException(
                    "'%s' needs '%s PATH' and nothing else".formatted(arguments.getFirst(), option));
        }
        return Path.of(arguments.get(2)).toAbsolutePath().normalize();
    }
}
