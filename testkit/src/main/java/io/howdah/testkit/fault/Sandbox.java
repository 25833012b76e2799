package io.howdah.testkit.fault;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Network, process and mount namespaces of a program's own. Packet filter rules, mounts and every process that was started
 * inside end with it, however it ends; traffic inside cannot leave, and ports of the machine cannot collide.
 *
 * <p>Needs root, util-linux, iproute2 and nftables.
 */
public final class Sandbox {
    private static final String MARK = "HOWDAH_SANDBOX";

    /** The first process of the namespaces: brings loopback up, starts the program, collects orphans until it ends. */
    private static final String FIRST = "ip link set lo up && \"$@\"; exit $?";

    private Sandbox() {}

    /** Whether this program runs inside one. */
    public static boolean isHere() {
        return System.getenv(MARK) != null;
    }

    /** @throws FaultException that says what to do, when this program does not run inside one */
    static void require(String what) {
        if (!isHere()) {
            throw new FaultException(what + " needs a sandbox: run it as root by 'bench/run', which makes one");
        }
    }

    /** Why none can be made here; empty when one can. */
    public static List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            obstacles.add("partitions, small disks and shifted clocks need root");
        }
        for (String program : List.of("unshare", "ip", "nft", "mount", "bash")) {
            boolean found = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
            if (!found) {
                obstacles.add("the program '" + program + "' is missing");
            }
        }
        return obstacles;
    }

    /**
     * Starts a Java program of this class path inside a new sandbox. It should read its standard input and end when that
     * ends ({@link #endWithStarter}), so that nothing outlives a killed starter.
     */
    public static Process start(Class<?> main, List<String> arguments, File output) {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "--pid",
                "--mount",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "bash",
                "-c",
                FIRST,
                "sandbox",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
        builder.environment().put(MARK, "starter");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new FaultException("cannot make namespaces", e);
        }
    }

    /** Ends this program when its starter goes away, which closes the pipe that is this program's standard input. */
    public static void endWithStarter() {
        if ("starter".equals(System.getenv(MARK))) {
            Thread.ofPlatform().daemon().name("starter-watch").start(() -> {
                try {
                    while (System.in.read() >= 0) {
                        Thread.onSpinWait();
                    }
                } catch (IOException e) {
                    // As good as its end.
                }
                Runtime.getRuntime().halt(143);
            });
        }
    }
}
