package io.howdah.server.admin;

import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.Role;
import java.util.Locale;

/** The words for the model's values in documents. */
final class Words {
    private Words() {}

    static String of(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    static String of(NodeState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
