package io.howdah.server.provision;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One process of a cluster, as it appears in a process list.
 *
 * @param configuration the file that it is started with, which makes it the only one of its name on this machine
 */
public record Component(String name, Kind kind, Path configuration) {
    static final String MAIN_CLASS = "io.howdah.server.Main";

    /** What the process does; the name is the role argument of the main class. */
    public enum Kind {
        NODE,
        GATEWAY;

        String roleArgument() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The end of the command line that starts it. */
    List<String> arguments() {
        return List.of(MAIN_CLASS, kind.roleArgument(), "--config", configuration.toString());
    }

    /** Whether a command line is this component's and no other's. */
    boolean isStartedBy(List<String> commandLine) {
        int size = arguments().size();
        return commandLine.size() > size
                && commandLine
                        .subList(commandLine.size() - size, commandLine.size())
                        .equals(arguments());
    }

    /** The component that a command line starts, if its configuration stands in the given directory. */
    static Optional<Component> startedBy(List<String> commandLine, Path runDirectory) {
        return Arrays.stream(Kind.values())
                .filter(kind -> commandLine.contains(kind.roleArgument()))
                .map(kind -> {
                    Path file = Path.of(commandLine.getLast());
                    return new Component(String.valueOf(file.getFileName()).replace(".yaml", ""), kind, file);
                })
                .filter(component -> component.isStartedBy(commandLine)
                        && runDirectory.equals(component.configuration().getParent()))
                .findFirst();
    }

    @Override
    public String toString() {
        return name;
    }
}
