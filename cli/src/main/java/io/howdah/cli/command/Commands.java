package io.howdah.cli.command;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Nearest;
import io.howdah.cli.text.Units;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The table of commands and the way from words to a run. Only the class of the command that was named is loaded, and
 * the general help and the version come without the parser: start-up counts.
 */
public final class Commands {
    private static final List<String> NAMES = List.of(
            "up",
            "down",
            "status",
            "psql",
            "dsn",
            "switchover",
            "failover",
            "history",
            "pause",
            "resume",
            "node",
            "gateway",
            "cache",
            "cluster",
            "database",
            "config",
            "schedule",
            "logs",
            "version",
            "help");
    private static final String HELP = """
            Examples:
              howdah up                        start a cluster here: 3 PostgreSQL nodes, a gateway per zone
              howdah psql                      connect to it
              howdah switchover --to node2     move the leader; clients see a pause, not an error

            Usage: howdah COMMAND [OPTIONS]

            Howdah runs PostgreSQL for you: a cluster that outlives its primary, behind one endpoint.

            Run a cluster:
              up           create or start the cluster in a directory and wait until it takes writes
              down         stop it; --clean also removes it
              status       who leads, how far each copy is, what is wrong

            Use it:
              psql         open psql on the cluster, a gateway or one node
              dsn          print the connection URI
              switchover   hand the leader's role to another node, as planned work
              failover     have a certain node lead, whatever state the leader is in
              history      who led when, and why that changed
              logs         show or follow the logs of all components

            Change it:
              node         list, add, remove, restart, rebuild or tag nodes
              gateway      reload or restart gateways without refusing a connection
              cache        show or empty the gateways' query caches
              pause        let nobody take over for a while, as during maintenance
              resume       let them again
              config       settings of PostgreSQL, for all nodes
              schedule     list or cancel what was asked for with --at
              cluster      recover-quorum: go on when a majority is lost for good; add: another cluster
              database     lead clients of a database to another cluster

            More:
              version      print the versions
              help         this page, or 'howdah help COMMAND'

            Common options: --dir DIR (default ./howdah_local), -o json, -q, -v, --color WHEN, --help
            Exit codes: 0 ok, 1 failed, 2 usage, 3 degraded, 4 denied, 5 not found, 6 conflict, 7 timeout,
                        8 unreachable, 9 refused without confirmation, 130 interrupted
            """;

    private Commands() {}

    /** Runs what the arguments ask for; every failure is printed and becomes an exit code. */
    public static ExitCode run(List<String> arguments, CommandContext context) {
        List<String> words = commandFirst(arguments);
        boolean withStack = words.contains("-vv");
        try {
            return dispatch(words, context);
        } catch (CliException e) {
            context.terminal().print(e, withStack);
            return e.exitCode();
        } catch (RuntimeException e) {
            context.terminal().print(unexpected(e, words, context).causedBy(e), withStack);
            return ExitCode.FAILED;
        }
    }

    private static CliException unexpected(RuntimeException failure, List<String> words, CommandContext context) {
        String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new CliException(
                ExitCode.FAILED,
                "'%s' met an unexpected failure".formatted(String.join(" ", words)),
                why,
                "%s %s -vv shows where it happened".formatted(context.program(), String.join(" ", words)));
    }

    /** Moves common options that precede the command behind it. */
    private static List<String> commandFirst(List<String> arguments) {
        int command = 0;
        while (command < arguments.size() && arguments.get(command).startsWith("-")) {
            boolean takesValue = List.of("--dir", "--color").contains(arguments.get(command));
            command += takesValue ? 2 : 1;
        }
        if (command == 0 || command >= arguments.size()) {
            return arguments;
        }
        List<String> moved = new ArrayList<>();
        moved.add(arguments.get(command));
        moved.addAll(arguments.subList(0, command));
        moved.addAll(arguments.subList(command + 1, arguments.size()));
        return moved;
    }

    private static ExitCode dispatch(List<String> given, CommandContext context) {
        List<String> words = Groups.join(given);
        if (Groups.wantsHelp(words)) {
            context.terminal().out().print(Groups.help(words));
            return ExitCode.OK;
        }
        String first = words.isEmpty() ? "help" : words.getFirst();
        return switch (first) {
            case "help", "--help", "-h" -> help(words, context);
            case "--version", "-V" -> parseAndRun(new VersionCommand(), List.of(), context);
            default ->
                parseAndRun(
                        create(first).orElseThrow(() -> unknown(first, context)),
                        words.subList(1, words.size()),
                        context);
        };
    }

    private static Optional<HowdahCommand> create(String name) {
        return switch (name) {
            case "up" -> Optional.of(new UpCommand());
            case "down" -> Optional.of(new DownCommand());
            case "status" -> Optional.of(new StatusCommand());
            case "psql" -> Optional.of(new PsqlCommand());
            case "dsn" -> Optional.of(new DsnCommand());
            case "switchover" -> Optional.of(new SwitchoverCommand());
            case "failover" -> Optional.of(new FailoverCommand());
            case "history" -> Optional.of(new HistoryCommand());
            case "pause" -> Optional.of(new PauseCommand());
            case "resume" -> Optional.of(new ResumeCommand());
            case "node list" -> Optional.of(new NodeListCommand());
            case "node add" -> Optional.of(new NodeAddCommand());
            case "node adopt" -> Optional.of(new NodeAdoptCommand());
            case "node remove" -> Optional.of(new NodeRemoveCommand());
            case "node restart" -> Optional.of(new NodeRestartCommand());
            case "node rebuild" -> Optional.of(new NodeRebuildCommand());
            case "node tag" -> Optional.of(new NodeTagCommand());
            case "gateway queries" -> Optional.of(new GatewayQueriesCommand());
            case "gateway reload" -> Optional.of(new GatewayReloadCommand());
            case "gateway restart" -> Optional.of(new GatewayRestartCommand());
            case "cluster list" -> Optional.of(new ClusterListCommand());
            case "cluster add" -> Optional.of(new ClusterAddCommand());
            case "cluster remove" -> Optional.of(new ClusterRemoveCommand());
            case "database list" -> Optional.of(new DatabaseListCommand());
            case "database route" -> Optional.of(new DatabaseRouteCommand());
            case "database unroute" -> Optional.of(new DatabaseUnrouteCommand());
            case "cache stats" -> Optional.of(new CacheStatsCommand());
            case "cache invalidate" -> Optional.of(new CacheInvalidateCommand());
            case "cluster promote" -> Optional.of(new PromoteClusterCommand());
            case "cluster demote" -> Optional.of(new DemoteClusterCommand());
            case "cluster recover-quorum" -> Optional.of(new RecoverQuorumCommand());
            case "config show" -> Optional.of(new ConfigShowCommand());
            case "config set" -> Optional.of(new ConfigSetCommand());
            case "config unset" -> Optional.of(new ConfigUnsetCommand());
            case "schedule list" -> Optional.of(new ScheduleListCommand());
            case "schedule cancel" -> Optional.of(new ScheduleCancelCommand());
            case "logs" -> Optional.of(new LogsCommand());
            case "version" -> Optional.of(new VersionCommand());
            default -> Optional.empty();
        };
    }

    private static CliException unknown(String word, CommandContext context) {
        String what = word.startsWith("-") ? "unknown option '%s'" : "unknown command '%s'";
        return new CliException(
                ExitCode.USAGE,
                what.formatted(word),
                Nearest.to(
                                word,
                                Stream.concat(NAMES.stream(), Groups.NAMES.stream())
                                        .toList())
                        .map(name -> "did you mean '%s'?".formatted(name))
                        .orElse(""),
                context.program() + " help");
    }

    private static ExitCode help(List<String> words, CommandContext context) {
        Optional<String> group = Groups.topic(words);
        if (group.isPresent()) {
            context.terminal().out().print(group.get());
            return ExitCode.OK;
        }
        Optional<String> topic =
                words.stream().skip(1).filter(word -> !word.startsWith("-")).findFirst();
        if (topic.isEmpty() || topic.get().equals("help")) {
            context.terminal().out().print(HELP);
            return ExitCode.OK;
        }
        HowdahCommand command = create(topic.get()).orElseThrow(() -> unknown(topic.get(), context));
        return parseAndRun(command, List.of("--help"), context);
    }

    private static ExitCode parseAndRun(HowdahCommand command, List<String> arguments, CommandContext context) {
        CommandLine parser = new CommandLine(command);
        parser.setCaseInsensitiveEnumValuesAllowed(true);
        parser.setUsageHelpWidth(Math.clamp(context.terminal().features().columns(), 80, 110));
        parser.registerConverter(Duration.class, Commands::duration);
        parser.registerConverter(WaitOption.Limit.class, text -> new WaitOption.Limit(duration(text)));
        parser.registerConverter(AtOption.When.class, text -> AtOption.parse(text, ZoneId.systemDefault()));
        try {
            parser.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw usage(e, parser, arguments, context);
        }
        if (command.common().wantsHelp()) {
            parser.usage(context.terminal().out(), Ansi.OFF);
            return ExitCode.OK;
        }
        command.common().applyTo(context);
        return command.run(context);
    }

    private static Duration duration(String text) {
        try {
            return Units.duration(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static CliException usage(
            ParameterException failure, CommandLine parser, List<String> arguments, CommandContext context) {
        String name = parser.getCommandSpec().name();
        String why = "";
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            List<String> known = parser.getCommandSpec().options().stream()
                    .flatMap(option -> Arrays.stream(option.names()))
                    .filter(option -> option.startsWith("--"))
                    .toList();
            why = Nearest.to(word, known)
                    .map(option -> "did you mean '%s'?".formatted(option))
                    .orElse("");
            if (name.endsWith("psql") && !arguments.contains("--")) {
                why = "psql's own arguments go behind '--', as in: %s psql -- -c 'select 1'"
                        .formatted(context.program());
            }
        }
        return new CliException(
                ExitCode.USAGE,
                String.valueOf(failure.getMessage()),
                why,
                "%s %s --help".formatted(context.program(), name.substring(name.indexOf(' ') + 1)));
    }
}
