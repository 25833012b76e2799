package io.howdah.cli.command;

import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/** A command that has admin do something and waits until it is done. */
abstract class TaskCommand extends HowdahCommand {
    private final String name;

    @Mixin
    private WaitOption wait;

    @Mixin
    private OutputOption output = new OutputOption();

    /**
     * @param name of the command, as it is typed
     * @param wait how long to wait unless the user says otherwise
     */
    TaskCommand(String name, Duration wait) {
        this.name = name;
        this.wait = new WaitOption(wait);
    }

    @Override
    final ExitCode run(CommandContext context) {
        return run(new AdminTask(name, common(), wait.limit(), output.isJson(), context));
    }

    abstract ExitCode run(AdminTask task);
}
