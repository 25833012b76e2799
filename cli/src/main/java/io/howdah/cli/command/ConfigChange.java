package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** What setting and unsetting share: the request and what is said afterwards. */
final class ConfigChange {
    private ConfigChange() {}

    static ExitCode run(AdminTask task, Json set, Json unset, String done) {
        Json.Fields result = task.run(Json.fields("kind", Json.of("config"), "set", set, "unset", unset));
        Json.Fields pending = result.fields("pending_restart");
        List<String> waiting = new ArrayList<>();
        pending.members().keySet().stream()
                .filter(node -> !pending.texts(node).isEmpty())
                .forEach(node -> waiting.add("%s (%s)".formatted(node, String.join(", ", pending.texts(node)))));
        String next = waiting.isEmpty()
                ? ""
                : "; these wait for a restart: %s; '%s' restarts copies first, the leader last"
                        .formatted(String.join(", ", waiting), task.suggest("node restart --all --rolling"));
        return task.print(result, done + next);
    }
}
