package io.howdah.server.provision;

import java.util.List;
import java.util.stream.Collectors;

/** One thing that keeps a cluster from starting, and what to do about it. */
public record Problem(String what, String hint) {
    /** All of them as one failure. */
    static ProvisionException toException(String title, List<Problem> problems) {
        return new ProvisionException(
                title,
                problems.stream().map(Problem::what).collect(Collectors.joining("; ")),
                problems.stream().map(Problem::hint).distinct().collect(Collectors.joining("; ")));
    }
}
