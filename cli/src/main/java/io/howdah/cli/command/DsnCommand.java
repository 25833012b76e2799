package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.command.Endpoints.Endpoint;
import io.howdah.cli.command.Endpoints.Purpose;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.text.ExitCode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints a connection URI (PostgreSQL manual, 34.1.1.2). */
@Command(
        name = "howdah dsn",
        header = {
            "  howdah dsn                           the endpoint that just works",
            "  psql \"$(howdah dsn --password)\"      connect with any client",
            "  howdah dsn --role ro --cell zone2    read-only, through the gateway of zone2"
        },
        description = "Prints a postgresql:// URI of the cluster, without the password unless asked for.")
final class DsnCommand extends HowdahCommand {
    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "auto, rw (the leader) or ro (a standby); default: auto.")
    private Purpose purpose = Purpose.AUTO;

    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Through the gateway of this cell (default: the first).")
    private @Nullable String cell;

    @Option(names = "--password", description = "Include the password.")
    private boolean withPassword;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().existingCluster(context);
        Endpoint endpoint = new Endpoints(directory.configuration()).gateway(purpose, Optional.ofNullable(cell));
        String uri = endpoint.uri(withPassword ? Optional.of(directory.secret("postgres_password")) : Optional.empty());
        Json.Fields document = Json.fields(
                "dsn", Json.of(uri),
                "host", Json.of(endpoint.host()),
                "port", Json.of(endpoint.port()),
                "user", Json.of(Endpoints.USER),
                "database", Json.of(Endpoints.DATABASE),
                "role", Json.of(purpose.name().toLowerCase(Locale.ROOT)));
        context.terminal().out().println(output.isJson() ? JsonWriter.indented(document) : uri);
        return ExitCode.OK;
    }
}
