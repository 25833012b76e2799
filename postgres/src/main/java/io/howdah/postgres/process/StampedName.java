package io.howdah.postgres.process;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The application_name under which a standby's acknowledgements count: {@code node2.t7}. It is handed out only after
 * the standby's log has been found to be a prefix of the leader's, and is worthless in every other term. Without the
 * stamp a diverged old primary, connecting under a matching name, would confirm commits that it does not hold.
 */
public record StampedName(NodeId node, Term term) {
    private static final Pattern WRITTEN = Pattern.compile("([a-z][a-z0-9_-]{0,31})\\.t(\\d{1,18})");

    public static Optional<StampedName> parse(String name) {
        Matcher matcher = WRITTEN.matcher(name);
        return matcher.matches()
                ? Optional.of(new StampedName(new NodeId(matcher.group(1)), new Term(Long.parseLong(matcher.group(2)))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return node + ".t" + term;
    }
}
