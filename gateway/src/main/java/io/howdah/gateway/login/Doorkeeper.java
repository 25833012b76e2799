package io.howdah.gateway.login;

import io.howdah.gateway.protocol.ClientAddress;
import io.howdah.gateway.tls.Protection;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.channel.Channel;
import java.util.Optional;

/** Turns away who may not even try to log in. Used on the client's event loop. */
final class Doorkeeper {
    private final Entrance access;

    Doorkeeper(Entrance access) {
        this.access = access;
    }

    /**
     * Why this client may not even try; empty when it may.
     *
     * @param rule the one for the client, if there is one
     */
    Optional<ErrorFields> refusal(
            Channel channel, StartupPacket.Startup startup, Protection protection, Optional<AccessRule> rule) {
        String user = startup.user();
        if (rule.isEmpty() || rule.get().method() == AccessRule.Method.REJECT) {
            String who = "user \"" + user + "\", database \"" + startup.database() + "\", "
                    + (protection.encrypted() ? "SSL encryption" : "no encryption");
            return Optional.of(Refusals.byRules(rule.isPresent(), who));
        }
        if (!fits(protection, rule.get(), user)) {
            return Optional.of(Refusals.byCertificate(user, protection.certificateName()));
        }
        if (rule.get().method() == AccessRule.Method.PEER) {
            Optional<String> peer = LocalPeer.user(channel);
            if (peer.filter(name -> access.rules().stands(rule.get(), name, user))
                    .isEmpty()) {
                return Optional.of(Refusals.byPeer(user, peer));
            }
        }
        boolean guessed = access.failures()
                .mustWait(
                        ClientAddress.of(channel),
                        user,
                        channel.eventLoop().ticker().nanoTime());
        return guessed ? Optional.of(Refusals.tooManyFailures(user)) : Optional.empty();
    }

    private boolean fits(Protection protection, AccessRule rule, String user) {
        return switch (rule.certificate()) {
            case NONE -> true;
            case VERIFIED -> protection.certificateName().isPresent();
            case NAMES_ROLE ->
                protection
                        .certificateName()
                        .filter(name -> access.rules().stands(rule, name, user))
                        .isPresent();
        };
    }
}
