package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.api.Operation;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ClusterConfiguration;
import io.howdah.cli.local.ClusterConfiguration.Node;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.DirectoryLock;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Style;
import io.howdah.cli.text.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes or starts the cluster of a directory: starts admin if need be and asks it for the rest. */
@Command(
        name = "howdah up",
        header = {
            "  howdah up                                3 nodes in ./howdah_local",
            "  howdah up --nodes 5 --cells east,west    5 nodes over two cells",
            "  howdah up --nodes 1 --dir /tmp/small     one node, no failover"
        },
        description = "Starts the cluster and returns when a write through every gateway has committed. "
                + "Creates it if there is none. Does no harm when it runs already.")
final class UpCommand extends HowdahCommand {
    private static final int DEFAULT_NODES = 3;
    private static final int DEFAULT_CELLS = 3;

    @Option(names = "--nodes", paramLabel = "N", description = "1, 3 or 5 (default: 3, or what the cluster has).")
    private @Nullable Integer nodes;

    @Option(
            names = "--cells",
            paramLabel = "CELL",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Failure domains to spread over (default: zone1,zone2,zone3). Each gets a gateway.")
    private List<String> cells = new ArrayList<>();

    @Option(
            names = "--pg-bin",
            paramLabel = "DIR",
            description = "Directory with initdb and postgres (default: searched for).")
    private @Nullable Path postgresBinaries;

    @Option(
            names = "--standby-of",
            paramLabel = "SERVER",
            description = "For a new cluster: follow this primary, as in \"host=db1 port=5441\".")
    private @Nullable String standbyOf;

    @Option(
            names = "--secrets",
            paramLabel = "FILE",
            description = "With --standby-of: the secrets.yaml of the cluster that is followed.")
    private @Nullable Path secrets;

    @Mixin
    private WaitOption wait = new WaitOption(Duration.ofMinutes(2));

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().directory(context);
        Json.Fields request = request(directory, context);
        create(directory);
        Terminal terminal = context.terminal();
        Json.Fields document;
        try (DirectoryLock _ = DirectoryLock.take(directory, "howdah up", wait.limit(), context.clock(), terminal);
                ProgressView progress = new ProgressView(terminal, context.clock(), "admin starts");
                Interruption _ = Interruption.explain(terminal, "up", common().suggest(context, "up"))) {
            AdminProcess admin = context.admin(directory);
            Optional<AdminClient> found = admin.find();
            AdminClient client = found.isPresent() ? found.get() : admin.start(progress);
            document = new Operation(client, context.clock(), progress).run(request, wait.limit());
        } catch (CliException e) {
            throw e.exitCode() == ExitCode.TIMEOUT ? stillGoingOn(e, context) : e;
        }
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(document));
        } else {
            welcome(document, context).forEach(terminal.out()::println);
        }
        return ExitCode.OK;
    }

    private CliException stillGoingOn(CliException timeout, CommandContext context) {
        return new CliException(
                        ExitCode.TIMEOUT,
                        timeout.what(),
                        timeout.why(),
                        common().suggest(context, "status"),
                        common().suggest(context, "logs -f"))
                .causedBy(timeout);
    }

    private Json.Fields request(ClusterDirectory directory, CommandContext context) {
        if (nodes != null && nodes != 1 && nodes != 3 && nodes != 5) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--nodes %d is not possible".formatted(nodes),
                    "a leader needs a majority of an odd number: 1 has no failover, 3 survive the loss of one node,"
                            + " 5 of two; an even number adds a copy but no safety",
                    common().suggest(context, "up --nodes 3"));
        }
        Optional<ClusterConfiguration> existing =
                directory.holdsCluster() ? Optional.of(directory.configuration()) : Optional.empty();
        existing.ifPresent(configuration -> requireSameShape(configuration, context));
        int count = Optional.ofNullable(nodes)
                .orElseGet(() -> existing.map(
                                configuration -> configuration.nodes().size())
                        .orElse(DEFAULT_NODES));
        List<String> wanted = existing.map(UpCommand::cellsOf)
                .orElseGet(() -> cells.isEmpty() ? defaultCells(count) : List.copyOf(cells));
        if (wanted.size() > count) {
            throw new CliException(
                    ExitCode.USAGE,
                    "%d cells for %d node%s".formatted(wanted.size(), count, count == 1 ? "" : "s"),
                    "each cell needs a node of its own",
                    "name at most %d with --cells".formatted(count));
        }
        Optional<String> binaries = Optional.ofNullable(postgresBinaries)
                .map(path ->
                        context.workingDirectory().resolve(path).normalize().toString());
        return Json.fields(
                "kind", Json.of("up"),
                "nodes", existing.isPresent() && nodes == null ? Json.Nothing.NULL : Json.of(count),
                "cells", Json.of(wanted.stream().map(Json::of).toList()),
                "postgres_binaries", Json.of(binaries),
                "standby_of", Json.of(Optional.ofNullable(standbyOf)),
                "secrets_from",
                        Json.of(Optional.ofNullable(secrets)
                                .map(path -> context.workingDirectory()
                                        .resolve(path)
                                        .normalize()
                                        .toString())));
    }

    private void requireSameShape(ClusterConfiguration configuration, CommandContext context) {
        int count = configuration.nodes().size();
        if (nodes != null && nodes < count) {
            throw new CliException(
                    ExitCode.CONFLICT,
                    "the cluster in this directory has %d nodes".formatted(count),
                    "'up' adds nodes and removes none",
                    common().suggest(
                                    context,
                                    "node remove "
                                            + configuration.nodes().getLast().id()));
        }
        boolean sameCells = cells.isEmpty() || cells.equals(cellsOf(configuration));
        if (!sameCells) {
            throw new CliException(
                    ExitCode.CONFLICT,
                    "the cluster in this directory has another shape",
                    "it has %d nodes in %s".formatted(count, String.join(",", cellsOf(configuration))),
                    common().suggest(context, "node add --cell " + cells.getLast()),
                    context.program() + " up --dir ANOTHER_DIRECTORY, for a second cluster");
        }
    }

    private static List<String> cellsOf(ClusterConfiguration configuration) {
        return configuration.nodes().stream().map(Node::cell).distinct().toList();
    }

    private static List<String> defaultCells(int count) {
        return IntStream.rangeClosed(1, Math.min(count, DEFAULT_CELLS))
                .mapToObj(number -> "zone" + number)
                .toList();
    }

    /** Traversable by all, since PostgreSQL may run as another user; what is secret is so by its own mode. */
    static void create(ClusterDirectory directory) {
        try {
            for (Path path : List.of(directory.root(), directory.logs(), directory.run())) {
                Files.createDirectories(path);
            }
        } catch (IOException e) {
            throw new CliException(
                            ExitCode.FAILED,
                            "cannot create the directory " + directory.root(),
                            e.toString(),
                            "choose a directory that you may write to with --dir")
                    .causedBy(e);
        }
    }

    private List<String> welcome(Json.Fields document, CommandContext context) {
        Terminal terminal = context.terminal();
        Endpoints endpoints = new Endpoints(common().directory(context).configuration());
        List<String> lines = new ArrayList<>();
        lines.add(ClusterView.summary(document, terminal));
        lines.add("");
        ClusterView.gateways(document).render(terminal).forEach(line -> lines.add("  " + line));
        lines.add("");
        String uri = endpoints.gateway(Endpoints.Purpose.AUTO, Optional.empty()).uri(Optional.empty());
        lines.add(advice(terminal, "Connect", common().suggest(context, "psql")));
        lines.add(advice(terminal, "or with", uri));
        lines.add(advice(
                terminal, "password", common().suggest(context, "dsn --password") + "   prints the URI with it"));
        lines.add("");
        lines.add(advice(terminal, "Watch", common().suggest(context, "status")));
        lines.add(advice(terminal, "", common().suggest(context, "logs -f")));
        if (document.list("nodes").size() > 1) {
            lines.add(advice(terminal, "Try", common().suggest(context, "switchover")));
        }
        lines.add(advice(terminal, "Stop", common().suggest(context, "down")));
        if (document.list("nodes").size() == 1) {
            lines.add("");
            lines.add(terminal.styled(Style.WARNING, "One node: no failover. If it dies, the cluster is down."));
        }
        List<String> problems = document.texts("problems");
        problems.forEach(problem -> terminal.note("warning: " + problem));
        return lines;
    }

    private static String advice(Terminal terminal, String word, String text) {
        return "  " + terminal.styled(Style.BOLD, word) + " ".repeat(10 - word.length()) + text;
    }
}
