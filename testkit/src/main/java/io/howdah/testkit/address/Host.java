package io.howdah.testkit.address;

import io.howdah.testkit.fault.FaultException;
import io.howdah.testkit.fault.Shell;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A network namespace that is connected to the bridge of the sandbox by a pair of virtual Ethernet devices. */
final class Host {
    static final String BRIDGE = "bridge0";
    static final String INTERFACE = "eth0";

    private static final int CONNECT_MILLIS = 200;

    private final String name;
    private final String address;
    private final Process keeper;

    private Host(String name, String address, Process keeper) {
        this.name = name;
        this.address = address;
        this.keeper = keeper;
    }

    /** The sandbox itself is a host with this address on the bridge. */
    static void makeBridge(String address) {
        Shell.run("ip", "link", "add", BRIDGE, "type", "bridge");
        Shell.run("ip", "link", "set", BRIDGE, "up");
        Shell.run("ip", "address", "add", address + "/24", "dev", BRIDGE);
    }

    static Host make(String name, String address) {
        try {
            Process keeper = new ProcessBuilder("unshare", "--net", "sleep", "infinity").start();
            Host host = new Host(name, address, keeper);
            Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
            while (Files.readSymbolicLink(host.proc("ns/net")).equals(own)) {
                Thread.sleep(5);
            }
            host.connect();
            return host;
        } catch (IOException e) {
            throw new FaultException("cannot make a namespace", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultException("interrupted", e);
        }
    }

    private void connect() {
        String pid = Long.toString(keeper.pid());
        Shell.run("ip", "link", "add", name, "type", "veth", "peer", "name", INTERFACE, "netns", pid);
        Shell.run("ip", "link", "set", name, "master", BRIDGE, "up");
        run("ip", "link", "set", "lo", "up");
        run("ip", "link", "set", INTERFACE, "up");
        run("ip", "address", "add", address + "/24", "dev", INTERFACE);
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(keeper.pid()), file);
    }

    private List<String> inside(List<String> command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + proc("ns/net")));
        all.addAll(command);
        return all;
    }

    void run(String... command) {
        Shell.run(inside(List.of(command)), "");
    }

    Process start(List<String> command, ProcessBuilder.Redirect output) throws IOException {
        return new ProcessBuilder(inside(command))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Whether the host's kernel has the address among its own (proc(5), fib_trie). */
    boolean has(String wanted) {
        try {
            String table = Files.readString(proc("net/fib_trie"));
            return Pattern.compile("\\|-- " + Pattern.quote(wanted) + "\n +/32 host LOCAL")
                    .matcher(table)
                    .find();
        } catch (IOException e) {
            throw new FaultException("cannot read the addresses of " + name, e);
        }
    }

    /** Whether the host, asked from the sandbox, accepts connections at its own address. */
    boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The cable is pulled out, which the host notices. */
    void unplug() {
        Shell.run("ip", "link", "set", name, "down");
    }

    void plug() {
        Shell.run("ip", "link", "set", name, "up");
    }

    /** The switch loses everything, which the host does not notice. */
    void cutOff() {
        Shell.run("ip", "link", "set", name, "nomaster");
    }

    void reconnect() {
        Shell.run("ip", "link", "set", name, "master", BRIDGE);
    }
}
