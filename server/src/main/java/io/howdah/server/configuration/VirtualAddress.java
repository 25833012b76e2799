package io.howdah.server.configuration;

import java.util.Arrays;
import java.util.Optional;

/**
 * An address that one of several gateways carries at a time.
 *
 * @param address IPv4, four numbers
 * @param prefix the length of its network's prefix
 * @param network the interface that carries it, as {@code ip link} names it
 * @param preemptAfterSeconds for how long a gateway of higher priority must have been well before it takes the address from another one
 * @param commands what is run in place of what is built in
 */
public record VirtualAddress(String address, int prefix, String network, long preemptAfterSeconds, Commands commands) {
    private static final long USUAL_PREEMPT_SECONDS = 60;

    /** Shell commands; they see {@code $address}, {@code $prefix}, {@code $interface} and {@code $seconds}. */
    public record Commands(Optional<String> up, Optional<String> down, Optional<String> announce) {}

    @Override
    public String toString() {
        return address + "/" + prefix;
    }

    static VirtualAddress read(MappingReader reader) {
        String[] halves = reader.value("address", "0.0.0.0/32", VirtualAddress::withPrefix)
                .split("/", 2);
        return new VirtualAddress(
                halves[0],
                Integer.parseInt(halves[1]),
                reader.value("interface", "lo", VirtualAddress::interfaceName),
                reader.optionalNumber("preempt_after_s").orElse(USUAL_PREEMPT_SECONDS),
                new Commands(
                        reader.optionalText("up_command"),
                        reader.optionalText("down_command"),
                        reader.optionalText("announce_command")));
    }

    /** @param indent of the first key; a dash in it is a blank in the following lines */
    void write(YamlText yaml, String indent) {
        String next = indent.replace('-', ' ');
        yaml.line(indent + "address", toString())
                .line(next + "interface", network)
                .line(next + "preempt_after_s", preemptAfterSeconds);
        commands.up().ifPresent(command -> yaml.line(next + "up_command", command));
        commands.down().ifPresent(command -> yaml.line(next + "down_command", command));
        commands.announce().ifPresent(command -> yaml.line(next + "announce_command", command));
    }

    private static String withPrefix(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
            throw new IllegalArgumentException(
                    "'%s' is not an IPv4 address with its prefix, such as 10.0.0.100/24".formatted(text));
        }
        String[] halves = text.split("/", 2);
        boolean fits = Arrays.stream(halves[0].split("\\."))
                        .mapToInt(Integer::parseInt)
                        .allMatch(part -> part <= 255)
                && Integer.parseInt(halves[1]) >= 1
                && Integer.parseInt(halves[1]) <= 32;
        if (!fits) {
            throw new IllegalArgumentException("'%s' holds a number that is too large".formatted(text));
        }
        int first = Integer.parseInt(halves[0].split("\\.")[0]);
        if (first == 0 || first == 127 || first >= 224) {
            throw new IllegalArgumentException(
                    "'%s' is not an address that a host can have for others".formatted(text));
        }
        return text;
    }

    private static String interfaceName(String text) {
        // IFNAMSIZ of Linux, its end counted.
        if (!text.matches("[A-Za-z0-9._@-]{1,15}")) {
            throw new IllegalArgumentException("'%s' is not the name of a network interface".formatted(text));
        }
        return text;
    }
}
