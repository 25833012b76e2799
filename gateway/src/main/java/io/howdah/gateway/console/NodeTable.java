package io.howdah.gateway.console;

import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.Positions;
import io.howdah.gateway.balance.Progress;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** SHOW POOL_NODES with Pgpool-II 4.3's columns. Nodes that the gateway cannot use now are not listed. */
final class NodeTable {
    private NodeTable() {}

    static Answer of(GatewayReport report, Routes routes, Optional<ReadSplit> split) {
        BalanceSettings settings = split.map(ReadSplit::settings).orElse(BalanceSettings.USUAL);
        Positions positions = split.map(used -> used.positions().current()).orElse(Positions.NONE);
        List<Backend> places = new ArrayList<>(routes.replicas());
        routes.primary().ifPresent(places::addFirst);
        double weights = routes.replicas().stream()
                .mapToDouble(place -> settings.weight(place.node()))
                .sum();
        TableBuilder table = new TableBuilder(
                "node_id hostname port status pg_status lb_weight role pg_role select_cnt"
                        + " load_balance_node replication_delay replication_state replication_sync_state last_status_change node");
        for (int index = 0; index < places.size(); index++) {
            Backend place = places.get(index);
            boolean primary = routes.primary().equals(Optional.of(place));
            String role = primary ? "primary" : "standby";
            // The primary serves reads only when no replica can.
            double weight = primary ? 0 : settings.weight(place.node());
            Optional<Progress> progress = positions.of(place.node());
            table.row(
                    index,
                    place.host(),
                    place.port(),
                    weight == 0 && !primary ? "down" : "up",
                    "up",
                    String.format(Locale.ROOT, "%.6f", weights == 0 ? 0 : weight / weights),
                    role,
                    role,
                    report.requests().getOrDefault(place, 0L),
                    String.valueOf(weight > 0),
                    progress.map(Progress::lagBytes).orElse(0L),
                    primary ? "" : "streaming",
                    "",
                    "",
                    place.node());
        }
        return table.answer();
    }
}
