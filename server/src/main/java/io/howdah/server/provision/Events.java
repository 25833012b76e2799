package io.howdah.server.provision;

/** Hears what is being done, as it is done; may be called from several threads. */
public interface Events {
    /**
     * @param component whom it is about: a node's or gateway's name, or {@code cluster}
     * @param message a sentence for people
     */
    void event(String component, String message);
}
