package io.howdah.gateway.login;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds what is stored for the passwords of roles. Safe on every thread; never blocks. */
public interface VerifierSource {
    /**
     * The verifier of a role; empty when there is no such role or it has no password, or one that has expired. Completes exceptionally when no server
     * could be asked, and then asking again later may help.
     */
    CompletionStage<Optional<Found>> verifier(String role);

    /**
     * A role's verifier.
     *
     * @param certain a server has named it a moment ago; otherwise it is only the last that is known, and a server must check the role's
     *     log-in itself
     */
    record Found(StoredPassword password, boolean certain) {}

    /** The role was altered: nothing that is known of it counts any more. */
    void changed(String role);

    /** What is known of the role turned out to be wrong: ask anew the next time. */
    void forget(String role);
}
