package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.Style;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import io.howdah.cli.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders a status document for people. */
final class ClusterView {
    private ClusterView() {}

    /** The whole of {@code status}: the leader first, then nodes, gateways and problems. */
    static List<String> lines(Json.Fields document, Terminal terminal) {
        List<String> lines = new ArrayList<>();
        lines.add(summary(document, terminal));
        lines.add("");
        lines.addAll(nodes(document).render(terminal));
        lines.add("");
        lines.addAll(gateways(document).render(terminal));
        document.list("virtual_addresses")
                .forEach(address -> lines.add("virtual address %s on %s: %s"
                        .formatted(
                                address.shown("address"),
                                address.shown("interface"),
                                address.text("holder")
                                        .map("carried by "::concat)
                                        .orElse("carried by nobody"))));
        List<String> problems = document.texts("problems");
        if (!problems.isEmpty()) {
            lines.add("");
            lines.add(terminal.styled(Style.WARNING, "Problems:"));
            problems.forEach(problem -> lines.add("  " + problem));
        }
        return lines;
    }

    /** One line: who leads, since which term, and whether the cluster would survive the loss of the leader. */
    static String summary(Json.Fields document, Terminal terminal) {
        Optional<String> remote = document.text("standby_of");
        if (remote.isPresent()) {
            return "cluster %s: standby of %s, %s"
                    .formatted(
                            document.shown("cluster"),
                            remote.get(),
                            document.text("standby_leader")
                                    .map(head -> "through " + terminal.styled(Style.BOLD, head))
                                    .orElse(terminal.styled(Style.BAD, "which no node reaches")));
        }
        String leader = document.text("leader")
                .map(name -> "leader " + terminal.styled(Style.BOLD, name))
                .orElse(terminal.styled(Style.BAD, "no leader"));
        return "cluster %s: %s, term %s, %s"
                .formatted(document.shown("cluster"), leader, document.shown("term"), failover(document, terminal));
    }

    private static String failover(Json.Fields document, Terminal terminal) {
        if (document.truth("failover")) {
            return "failover ready";
        }
        return document.list("nodes").size() == 1
                ? "one node: no failover"
                : terminal.styled(Style.WARNING, "failover NOT possible now");
    }

    private static Table nodes(Json.Fields document) {
        Table table = new Table(
                List.of("NODE", "CELL", "ROLE", "STATE", "TL", "LSN", "LAG", "PORT", "PID", "NOTE"),
                Set.of(4, 5, 6, 7, 8));
        for (Json.Fields node : document.list("nodes")) {
            boolean leads = node.shown("id").equals(document.shown("leader"));
            boolean known = node.get("lsn") != Json.Nothing.NULL;
            table.add(
                    new Cell(node.shown("id"), leads ? Style.BOLD : Style.PLAIN),
                    Cell.of(node.shown("cell")),
                    Cell.of(leads ? "leader" : node.shown("role")),
                    new Cell(node.shown("state"), style(node.shown("state"))),
                    Cell.of(orDash(node.shown("timeline"))),
                    Cell.of(orDash(node.shown("lsn"))),
                    Cell.of(leads || !known ? "-" : Units.bytes(node.number("lag_bytes"))),
                    Cell.of(orDash(node.shown("port"))),
                    Cell.of(node.number("pid") > 0 ? node.shown("pid") : "-"),
                    Cell.of(remark(node)));
        }
        return table;
    }

    private static String remark(Json.Fields node) {
        String reason = node.shown("reason");
        String voter = node.truth("voter") ? "" : "no vote";
        String pending = node.shown("pending_restart");
        String restart = pending.isEmpty() ? "" : "restart needed for " + pending.replace(" ", ", ");
        return Stream.of(voter, node.shown("tags"), restart, reason)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    static Table gateways(Json.Fields document) {
        Table table = new Table(
                List.of("GATEWAY", "CELL", "HOST", "AUTO", "READ-WRITE", "READ-ONLY", "PID"), Set.of(3, 4, 5, 6));
        for (Json.Fields gateway : document.list("gateways")) {
            Json.Fields ports = gateway.fields("ports");
            table.add(
                    Cell.of(gateway.shown("id")),
                    Cell.of(gateway.shown("cell")),
                    Cell.of(gateway.shown("host")),
                    Cell.of(ports.shown("auto")),
                    Cell.of(ports.shown("read_write")),
                    Cell.of(ports.shown("read_only")),
                    gateway.number("pid") > 0 ? Cell.of(gateway.shown("pid")) : new Cell("stopped", Style.BAD));
        }
        return table;
    }

    private static Style style(String state) {
        return switch (state) {
            case "serving", "streaming" -> Style.GOOD;
            case "failed", "stopped", "unreachable" -> Style.BAD;
            default -> Style.WARNING;
        };
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
