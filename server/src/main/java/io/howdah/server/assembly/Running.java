package io.howdah.server.assembly;

/** A started process. */
public interface Running {
    /** Stops in order; called once, by the thread that shuts the machine down. */
    void stop();
}
