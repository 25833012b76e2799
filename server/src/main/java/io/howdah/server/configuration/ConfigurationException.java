package io.howdah.server.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A file of the cluster's directory cannot be used; carries everything that is wrong with it. Nothing was changed. */
public final class ConfigurationException extends RuntimeException {
    private final transient Path file;
    private final transient List<ConfigurationProblem> problems;
    private final String hint;

    public ConfigurationException(Path file, List<ConfigurationProblem> problems, String hint) {
        super(file + ": "
                + problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("; ")));
        this.file = file;
        this.problems = List.copyOf(problems);
        this.hint = hint;
    }

    public ConfigurationException(Path file, String problem, String hint) {
        this(file, List.of(new ConfigurationProblem(0, problem)), hint);
    }

    public Path file() {
        return file;
    }

    public List<ConfigurationProblem> problems() {
        return problems;
    }

    /** What to do next. */
    public String hint() {
        return hint;
    }
}
