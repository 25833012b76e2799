package io.howdah.server.admin;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the leader says of its possible successors, as a person wants to read it. Pure. */
final class SwitchoverForecast {
    /** The median of planned switchovers as docs/high-availability.md has it, for a cluster that has seen none. */
    private static final long USUAL_OUTAGE_MILLIS = 400;

    private static final int REMEMBERED = 5;

    /** What a modest disk writes and replays; the estimate is to err on the long side. */
    private static final long BYTES_PER_MILLI = 32 * 1024;

    private SwitchoverForecast() {}

    /**
     * @param target who was asked for; empty for the leader's choice
     * @param past how long each switchover of this cluster took, the newest first
     */
    static ObjectNode of(ObjectNode judgment, String target, List<Long> past) {
        String choice = target.isEmpty() ? judgment.path("to").asString("") : target;
        String obstacle = judgment.path("obstacle").asString("");
        ObjectNode forecast = Json.object().put("from", judgment.path("from").asString(""));
        ArrayNode candidates = Json.array();
        boolean possible = false;
        long outageMillis = usualMillis(past);
        for (JsonNode candidate : judgment.path("candidates")) {
            ObjectNode shown = candidate.deepCopy().asObject().put("why", why(candidate));
            candidates.add(shown);
            if (candidate.path("node").asString("").equals(choice)) {
                possible = candidate.path("may_lead").asBoolean(false) && obstacle.isEmpty();
                outageMillis += (candidate.path("unflushed_bytes").asLong(0)
                                + candidate.path("unreplayed_bytes").asLong(0))
                        / BYTES_PER_MILLI;
            }
        }
        forecast.put("to", choice.isEmpty() ? null : choice).put("possible", possible);
        forecast.put("estimated_outage_ms", possible ? outageMillis : null).put("obstacle", obstacle);
        forecast.set("candidates", candidates);
        return forecast;
    }

    /** The median of the newest few. */
    private static long usualMillis(List<Long> past) {
        List<Long> recent = past.stream().limit(REMEMBERED).sorted().toList();
        return recent.isEmpty() ? USUAL_OUTAGE_MILLIS : recent.get(recent.size() / 2);
    }

    private static String why(JsonNode candidate) {
        List<String> words = new ArrayList<>();
        candidate
                .path("objections")
                .forEach(objection -> words.add(objection.path("words").asString("")));
        return String.join(" and ", words);
    }
}
