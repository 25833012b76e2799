package io.howdah.server.adoption;

import io.howdah.postgres.adoption.OldMeans;
import io.howdah.postgres.adoption.ServerFacts;
import io.howdah.postgres.adoption.ServerFacts.Role;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.SingleUserMode;
import io.howdah.server.configuration.AdoptionMarker;
import io.howdah.server.configuration.AdoptionMarker.Part;
import io.howdah.server.configuration.KeptConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Puts an instance into a node's place, and takes it back out as it was. The data stays where it is: the node's {@code
 * pgdata} is a link to it.
 *
 * <p>Between {@link #begin} and {@link #undo} a node may have run on the data, even led: the instance is then on a later
 * timeline, which changes nothing for whoever starts it. One thread.
 */
public final class Adoption {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final List<String> OWN_ROLES = List.of("howdah_replication", "howdah_gateway");
    private static final String SUPERUSER = "postgres";

    private final Survey survey;
    private final ServerFacts facts;
    private final Path nodeDirectory;
    private final Part part;
    private final OldMeans means;
    private final InstanceFiles files;

    /** @param survey of an instance that can be adopted */
    public Adoption(Survey survey, Path nodeDirectory, Part part) {
        this.survey = survey;
        this.facts = survey.facts().orElseThrow();
        this.nodeDirectory = nodeDirectory;
        this.part = part;
        this.means = new OldMeans(survey.server(), survey.user());
        this.files = new InstanceFiles(survey.server().data(), nodeDirectory.resolve("before-adoption"), survey.user());
    }

    /** Writes what of the instance's configuration stays into the cluster's directory. */
    public void keepConfiguration(Path clusterDirectory) {
        new KeptConfiguration(new LinkedHashMap<>(survey.settings().kept()), AdoptionCheck.usableRules(facts))
                .write(clusterDirectory);
    }

    /** Stops the server and puts its data into the node's place. */
    public void begin() {
        Path data = survey.server().data();
        try {
            Files.createDirectories(nodeDirectory);
            survey.user().own(nodeDirectory);
            survey.user().firstUntraversable(nodeDirectory).ifPresent(blocked -> {
                throw new AdoptionException(
                        "the user '%s' may not enter %s".formatted(survey.user().name(), blocked),
                        "name another directory with --dir");
            });
            means.stop(STOP_LIMIT);
            files.keep();
            files.emptyAutomaticSettings();
            Files.createSymbolicLink(nodeDirectory.resolve("pgdata"), data);
            new AdoptionMarker(survey.control().systemIdentifier(), data, part).write(nodeDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot put %s into %s: %s".formatted(data, nodeDirectory, e.getMessage()), e);
        }
    }

    /**
     * Makes the instance what it was and starts it by its old means. The node must not run any more. Does only what is
     * necessary, so it is right after a {@link #begin} that failed halfway, too.
     */
    public void undo() {
        boolean stopped = !survey.server().identity().isAlive();
        try {
            Files.deleteIfExists(nodeDirectory.resolve("pgdata"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + nodeDirectory.resolve("pgdata"), e);
        }
        if (!stopped) {
            return;
        }
        if (Files.isDirectory(nodeDirectory.resolve("before-adoption"))) {
            files.putBack();
            if (part == Part.FIRST) {
                forgetCluster();
            }
        }
        means.start();
    }

    private void forgetCluster() {
        DataDirectory data = new DataDirectory(survey.server().data(), survey.user());
        PostgresBinaries binaries =
                PostgresBinaries.find(Optional.of(survey.server().binaries()));
        new SingleUserMode(binaries, survey.user()).run(data, oldOptions(), "postgres", undoing(facts));
    }

    /** Takes out of the databases what the adoption had put in; harmless where it was not put in. */
    static List<String> undoing(ServerFacts facts) {
        List<String> statements = new ArrayList<>();
        if (facts.howdahSchema().isEmpty()) {
            statements.add("drop schema if exists howdah cascade");
        }
        for (String role : OWN_ROLES) {
            statements.add(facts.role(role).map(Adoption::formerPassword).orElse("drop role if exists " + role));
        }
        statements.add(facts.role(SUPERUSER).map(Adoption::formerPassword).orElse("drop role if exists " + SUPERUSER));
        return statements;
    }

    private static String formerPassword(Role role) {
        return role.stored().isEmpty()
                ? "alter role %s password null".formatted(role.name())
                : "alter role %s password '%s'".formatted(role.name(), role.stored());
    }

    /** The {@code name=value} words of the old command line; among them is where its configuration is. */
    private List<String> oldOptions() {
        List<String> options = new ArrayList<>();
        for (String word : survey.server().command()) {
            String option = word.startsWith("--") ? word.substring(2).replace('-', '_') : word;
            if (option.matches("[a-z_]+=.*")) {
                options.add(option);
            }
        }
        return options;
    }
}
