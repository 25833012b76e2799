package io.howdah.server.provision;

import io.howdah.server.configuration.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;

/** A process that ran at the moment of looking. */
public record RunningProcess(ProcessIdentity identity, List<String> commandLine) {
    private static final int SHOWN_LETTERS = 60;

    public RunningProcess {
        commandLine = List.copyOf(commandLine);
    }

    /** A short description for people; our own processes are called by their names. */
    public String describe() {
        int main = commandLine.indexOf(Component.MAIN_CLASS);
        if (main > 0 && main + 3 < commandLine.size()) {
            Path argument = Path.of(commandLine.get(main + 3));
            Path file = argument.getFileName();
            Path run = argument.getParent();
            if (file != null
                    && run != null
                    && run.getParent() != null
                    && file.toString().endsWith(".yaml")) {
                return "%s of the cluster in %s (pid %d)"
                        .formatted(file.toString().replace(".yaml", ""), run.getParent(), identity.pid());
            }
        }
        if (main > 0 && commandLine.contains("admin")) {
            return "admin of the cluster in %s (pid %d)".formatted(commandLine.getLast(), identity.pid());
        }
        String command = String.join(" ", commandLine);
        String shown = command.length() > SHOWN_LETTERS ? command.substring(0, SHOWN_LETTERS) + "..." : command;
        return "'%s' (pid %d)".formatted(shown, identity.pid());
    }
}
