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
    private static final AccessRule SCRAM_FOR_ALL = new AccessRule(
            0,
            AccessRule.Transport.ANY,
            List.of("all"),
            List.of("all"),
            AddressRange.ALL,
            AccessRule.Method.SCRAM,
            AccessRule.Certificate.NONE);

    private final Optional<Path> file;
    private volatile List<AccessRule> rules; // replaced as a whole by reload, read by the event loops

    private AccessRules(Optional<Path> file, List<AccessRule> rules) {
        this.file = file;
        this.rules = rules;
    }

    /** Everybody by SCRAM. */
    public static AccessRules scramForAll() {
        return new AccessRules(Optional.empty(), List.of(SCRAM_FOR_ALL));
    }

    /** @throws AccessException with every line that cannot be used */
    public static AccessRules load(Path file) {
        AccessRules loaded = new AccessRules(Optional.of(file), List.of());
        loaded.reload();
        return loaded;
    }

    /**
     * Reads the file again.
     *
     * @throws AccessException with every line that cannot be used; the rules that were in force stay in force
     */
    public void reload() {
        if (file.isEmpty()) {
            return;
        }
        AccessRulesText.Read read;
        try {
            read = AccessRulesText.read(Files.readString(file.get(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AccessException("the HBA file " + file.get() + " cannot be read: " + e.getMessage());
        }
        if (!read.problems().isEmpty()) {
            throw new AccessException(
                    "the HBA file " + file.get() + " cannot be used: " + String.join("; ", read.problems())
                            + ". Correct these lines; until then the rules that were read before are in force.");
        }
        rules = read.rules();
    }

    /** The rule for a client; empty when there is none, and then it may not come in. */
    Optional<AccessRule> find(Channel channel, boolean encrypted, String database, String user) {
        byte[] address = ClientAddress.of(channel) instanceof InetSocketAddress internet
                ? internet.getAddress().getAddress()
                : new byte[0];
        for (AccessRule rule : rules) {
            if (rule.fits(address, encrypted, database, user)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
