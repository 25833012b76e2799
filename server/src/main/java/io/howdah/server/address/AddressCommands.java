package io.howdah.server.address;

import io.howdah.kernel.address.AddressInput;
import io.howdah.kernel.address.AddressTimes;
import io.howdah.postgres.process.CommandRunner;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.server.configuration.VirtualAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to the host: the address is put on an interface for a second at a time, so that the kernel takes it away by itself from a
 * process that is dead or frozen (ip-address(8), valid_lft), and its network is told. Used by one thread; blocks.
 */
final class AddressCommands {
    private static final Logger LOG = LoggerFactory.getLogger(AddressCommands.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int TOO_LATE = 75;
    /** Not an exit code: the command did not end in time, perhaps because this process was frozen. */
    private static final int CUT_SHORT = -1;

    private static final long SECONDS = AddressTimes.USUAL.lifetimeMillis() / 1000;
    /** A clock that shows hundredths of a second may be behind by one. */
    private static final long CLOCK_STEP_MILLIS = 10;

    private static final String REMEDY =
            "Give the gateway the right: 'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW' in its systemd"
                    + " unit; or let it use commands of your own, such as up_command: 'sudo ip address replace $address/$prefix dev"
                    + " $interface valid_lft $seconds preferred_lft $seconds'";
    /**
     * For commands of the operator's own, each one program with its arguments, so that killing the process kills it. Looks at the clock
     * in the process that becomes the command, as late as can be, since this program may be frozen between its own look and the
     * command's start.
     */
    private static final String GUARD =
            "read -r uptime idle </proc/uptime; [ \"${uptime%%.*}${uptime#*.}\" -lt \"$deadline\" ] || exit 75; exec ";

    private final VirtualAddress address;
    private final Map<String, String> variables;
    private final LongSupplier clockMillis;
    private final byte[] bytes;
    private final InterfaceAddress kernel;
    private Optional<String> untold = Optional.empty();

    /** @param clockMillis that of the deadlines; a {@link HostClock} where commands of the operator's own are used */
    AddressCommands(VirtualAddress address, LongSupplier clockMillis) {
        this.address = address;
        this.clockMillis = clockMillis;
        this.bytes = parsed(address.address());
        this.kernel = new InterfaceAddress(address.network(), bytes, address.prefix());
        this.variables = Map.of(
                "address",
                address.address(),
                "prefix",
                Integer.toString(address.prefix()),
                "interface",
                address.network(),
                "seconds",
                Long.toString(SECONDS));
    }

    /** Whether the interface is there, up, and has a link. */
    boolean hasLink() {
        Path carrier = Path.of("/sys/class/net", address.network(), "carrier");
        try {
            return Files.readString(carrier).strip().equals("1");
        } catch (IOException e) {
            return false; // there is no such interface, or it is down, and then reading this fails
        }
    }

    /** Finds out, before it matters, whether the address could be carried; says so when it could not. */
    void rehearse() {
        if (address.commands().up().isEmpty()) {
            InterfaceAddress.Result result = kernel.rehearse();
            if (!result.done()) {
                LOG.warn("cannot carry {}: {}. {}", address, result.words(), REMEDY);
            }
        } else {
            shell("exec true");
        }
        if (address.commands().announce().isEmpty()) {
            GratuitousArp.rehearse()
                    .ifPresent(problem -> LOG.warn("cannot announce {}: {}. {}", address, problem, REMEDY));
        }
    }

    /** @param deadlineMillis the kernel is not told later than then */
    AddressInput.Carried carry(long deadlineMillis, boolean first) {
        AddressInput.Carried carried = address.commands()
                .up()
                .map(command -> carryBy(command, deadlineMillis))
                .orElseGet(() -> carried(
                        kernel.put(SECONDS, () -> clockMillis.getAsLong() + CLOCK_STEP_MILLIS < deadlineMillis)));
        if (carried.outcome() == AddressInput.Outcome.DONE) {
            announce(first);
        }
        return carried;
    }

    private static AddressInput.Carried carried(InterfaceAddress.Result result) {
        if (result.tooLate()) {
            return new AddressInput.Carried(AddressInput.Outcome.TOO_LATE, "");
        }
        return result.done()
                ? new AddressInput.Carried(AddressInput.Outcome.DONE, "")
                : new AddressInput.Carried(AddressInput.Outcome.FAILED, result.words() + ". " + REMEDY);
    }

    private AddressInput.Carried carryBy(String command, long deadlineMillis) {
        long deadlineHundredths = (deadlineMillis - CLOCK_STEP_MILLIS) / 10;
        CommandRunner.Result result = shell("deadline=" + deadlineHundredths + "; " + GUARD + command);
        if (result.exitCode() == TOO_LATE || result.exitCode() == CUT_SHORT) {
            return new AddressInput.Carried(AddressInput.Outcome.TOO_LATE, "");
        }
        return result.succeeded()
                ? new AddressInput.Carried(AddressInput.Outcome.DONE, "")
                : new AddressInput.Carried(AddressInput.Outcome.FAILED, failure(command, result));
    }

    /** Returns whether it is certain that the host does not have the address. */
    boolean drop() {
        Optional<String> failure = address.commands()
                .down()
                .map(command -> {
                    CommandRunner.Result result = shell("exec " + command);
                    // The kernel may have been first.
                    return result.succeeded() || !isHere() ? "" : failure(command, result);
                })
                .or(() -> Optional.of(kernel.take().words()))
                .filter(words -> !words.isEmpty());
        failure.ifPresent(words -> LOG.warn("{} could not be taken off {}: {}", address, address.network(), words));
        return failure.isEmpty();
    }

    private boolean isHere() {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByAddress(bytes)) != null;
        } catch (IOException e) {
            LOG.debug("cannot read the host's addresses", e);
            return true;
        }
    }

    private static String failure(String command, CommandRunner.Result result) {
        return "'%s' ended with %d: %s"
                .formatted(command, result.exitCode(), result.output().strip());
    }

    private CommandRunner.Result shell(String command) {
        try {
            return CommandRunner.run(List.of("/bin/sh", "-c", command), variables, LIMIT, _ -> {});
        } catch (PostgresProcessException e) {
            return new CommandRunner.Result(CUT_SHORT, String.valueOf(e.getMessage()));
        }
    }

    /** Every renewal tells the network again: whoever missed it, or was told otherwise, learns it within a second. */
    private void announce(boolean first) {
        Optional<String> problem;
        if (address.commands().announce().isEmpty()) {
            problem = GratuitousArp.send(address.network(), bytes);
        } else if (first) {
            CommandRunner.Result result =
                    shell("exec " + address.commands().announce().get());
            problem = result.succeeded()
                    ? Optional.empty()
                    : Optional.of(result.output().strip());
        } else {
            return;
        }
        if (problem.isPresent() && !problem.equals(untold)) {
            LOG.warn(
                    "the network was not told that {} is here: {}. Hosts that knew it elsewhere find it only when they ask"
                            + " again, after half a minute or so. {}",
                    address,
                    problem.get(),
                    REMEDY);
        }
        untold = problem;
    }

    private static byte[] parsed(String address) {
        try {
            return InetAddress.getByName(address).getAddress(); // four numbers: nobody is asked
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + address, e);
        }
    }
}
