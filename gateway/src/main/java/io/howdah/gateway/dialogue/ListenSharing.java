package io.howdah.gateway.dialogue;

/** Who listens for a session. */
@FunctionalInterface
public interface ListenSharing {
    /** Whether what is notified on the channel from now on reaches the session once its LISTEN is committed. */
    boolean isReady(String channel);
}
