package io.howdah.gateway.login;

import io.howdah.gateway.protocol.ClientAddress;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may come from where and how it proves who it is: the rules of an HBA file, the first that fits counts (the manual's chapter
 * 20.1). Without a file everybody comes in by SCRAM. Safe on every thread.
 */
public final class AccessRules {
    private static final List<AccessRule> SCRAM_FOR_ALL =
            List.of(scram(AccessRule.Transport.ANY), scram(AccessRule.Transport.LOCAL));

    private final Optional<Path> file;
    private final Optional<Path> maps;
    private volatile State state; // replaced as a whole by reload, read by the event loops

    private record State(List<AccessRule> rules, IdentityMaps maps) {}

    private AccessRules(Optional<Path> file, Optional<Path> maps, State state) {
        this.file = file;
        this.maps = maps;
        this.state = state;
    }

    private static AccessRule scram(AccessRule.Transport transport) {
        return new AccessRule(
                0,
                transport,
                List.of("all"),
                List.of("all"),
                AddressRange.ALL,
                AccessRule.Method.SCRAM,
                AccessRule.Certificate.NONE,
                Optional.empty());
    }

    /** Everybody by SCRAM. */
    public static AccessRules scramForAll() {
        return new AccessRules(Optional.empty(), Optional.empty(), new State(SCRAM_FOR_ALL, IdentityMaps.NONE));
    }

    /**
     * Rules that are in no file.
     *
     * @throws AccessException with every line that cannot be used
     */
    public static AccessRules of(String text) {
        AccessRulesText.Read read = AccessRulesText.read(text);
        refuse("the rules", read.problems());
        return new AccessRules(Optional.empty(), Optional.empty(), new State(read.rules(), IdentityMaps.NONE));
    }

    /** @throws AccessException with every line that cannot be used */
    public static AccessRules load(Path file) {
        return load(file, Optional.empty());
    }

    /**
     * @param maps what the rules' option {@code map} refers to, in the syntax of pg_ident.conf
     * @throws AccessException with every line that cannot be used
     */
    public static AccessRules load(Path file, Optional<Path> maps) {
        AccessRules loaded = new AccessRules(Optional.of(file), maps, new State(List.of(), IdentityMaps.NONE));
        loaded.reload();
        return loaded;
    }

    /**
     * Reads the files again.
     *
     * @throws AccessException with every line that cannot be used; the rules that were in force stay in force
     */
    public void reload() {
        if (file.isEmpty()) {
            return;
        }
        AccessRulesText.Read read = AccessRulesText.read(content(file.get()));
        refuse("the file " + file.get(), read.problems());
        IdentityMaps.Read readMaps = maps.map(each -> IdentityMaps.read(content(each)))
                .orElse(new IdentityMaps.Read(IdentityMaps.NONE, List.of()));
        maps.ifPresent(each -> refuse("the file " + each, readMaps.problems()));
        state = new State(read.rules(), readMaps.maps());
    }

    private static String content(Path path) {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AccessException("the file " + path + " cannot be read: " + e.getMessage());
        }
    }

    private static void refuse(String what, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new AccessException(what + " cannot be used: " + String.join("; ", problems)
                    + ". Correct these lines; until then the rules that were read before are in force.");
        }
    }

    /** The rule for a client; empty when there is none, and then it may not come in. */
    Optional<AccessRule> find(Channel channel, boolean encrypted, String database, String user) {
        Optional<byte[]> address = ClientAddress.of(channel) instanceof InetSocketAddress internet
                ? Optional.of(internet.getAddress().getAddress())
                : Optional.empty();
        for (AccessRule rule : state.rules) {
            if (rule.fits(address, encrypted, database, user)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** Whether somebody whom a certificate or the operating system names may be this role. */
    boolean stands(AccessRule rule, String name, String role) {
        return rule.map().map(map -> state.maps.allows(map, name, role)).orElse(name.equals(role));
    }
}
