package io.howdah.server.provision;

/** One thing to do to a process of the cluster, and why. */
public sealed interface Step {
    Component component();

    /** Why, in words that end a sentence: "it does not run". */
    String reason();

    /** The process's pid file tells of a process that is gone. */
    record ForgetPidFile(Component component, String reason) implements Step {}

    /** The process must end before it can be started differently. */
    record Stop(Component component, RunningProcess process, String reason) implements Step {}

    /** The process's configuration file is written. */
    record Configure(Component component, String yaml, String reason) implements Step {}

    /** The process is started. */
    record Start(Component component, String reason) implements Step {}
}
