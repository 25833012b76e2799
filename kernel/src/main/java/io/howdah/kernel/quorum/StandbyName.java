package io.howdah.kernel.quorum;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code application_name} under which a standby streams: {@code node2.t7}. The term in it is what keeps a node that
 * still belongs to an older leader, or that has not shown that its log is a prefix of this leader's, from confirming a
 * commit: PostgreSQL counts by name alone. Immutable, any thread.
 */
public record StandbyName(NodeId node, Term term) {
    private static final Pattern WRITTEN = Pattern.compile("([a-z][a-z0-9_-]{0,31})\\.t([0-9]{1,18})");

    /** Reads the name of a connection; empty for a name that Howdah did not give. */
    public static Optional<StandbyName> parse(String applicationName) {
        Matcher matcher = WRITTEN.matcher(applicationName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new StandbyName(new NodeId(matcher.group(1)), new Term(Long.parseLong(matcher.group(2)))));
    }

    @Override
    public String toString() {
        return node + ".t" + term;
    }
}
