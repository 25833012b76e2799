package io.howdah.server.node;

import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.process.ControlFile;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.ServerConfiguration;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.server.configuration.AdoptionMarker;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens before a node may vote: its directory is looked at with suspicion. A promise of another cluster, data without
 * a promise, a damaged promise: each is refused with what to do, because a node that forgot what it promised could help a
 * second leader into office.
 */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final NodeConfiguration config;
    private final Secrets secrets;
    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final DataDirectory data;
    private final ServerConfiguration serverConfiguration;

    Preparation(
            NodeConfiguration config,
            Secrets secrets,
            PostgresBinaries binaries,
            UnprivilegedUser user,
            DataDirectory data,
            ServerConfiguration serverConfiguration) {
        this.config = config;
        this.secrets = secrets;
        this.binaries = binaries;
        this.user = user;
        this.data = data;
        this.serverConfiguration = serverConfiguration;
    }

    Promise restoreOrBegin(PromiseFile file, Function<String, ScramVerifier> verifiers) {
        makeDirectory();
        Optional<Promise> found = file.read();
        found.ifPresent(this::refuseForeign);
        Promise promise = found.map(sworn -> fence(file, sworn)).orElseGet(() -> begin(file, verifiers));
        // From here on a promise that is lost is a promise that is lost, as for every node.
        AdoptionMarker.remove(config.directory());
        boolean unfinished =
                promise.operation() == Operation.INITIALIZE && promise.term().equals(Term.ZERO);
        return unfinished ? makeCluster(file, promise, verifiers) : promise;
    }

    private Promise begin(PromiseFile file, Function<String, ScramVerifier> verifiers) {
        Optional<AdoptionMarker> adopted = AdoptionMarker.read(config.directory());
        if (adopted.isPresent()
                && data.state() instanceof DataState.Initialized(long system, int _)
                && system == adopted.get().systemIdentifier()) {
            return adopt(file, adopted.get(), verifiers);
        }
        if (!(data.state() instanceof DataState.Empty)) {
            throw new NodeException(
                    "%s holds data, but the node's promise is lost".formatted(data.path()),
                    "a node that forgot what it promised must not vote: 'howdah node remove %s', then 'howdah node add'"
                            .formatted(config.node()));
        }
        Promise promise = Promise.initial(config.clusterId(), config.node())
                .withData(0, Optional.empty(), config.bootstrap() ? Operation.INITIALIZE : Operation.NONE);
        file.write(promise);
        return promise;
    }

    /** The first step of an adopted instance's life as a node; begun again after a crash it does the same once more. */
    private Promise adopt(PromiseFile file, AdoptionMarker marker, Function<String, ScramVerifier> verifiers) {
        ControlFile control = data.readControl();
        switch (marker.part()) {
            case FIRST -> {
                if (!control.isCleanlyStopped()) {
                    throw new NodeException(
                            "the server in %s was not stopped in order".formatted(marker.origin()),
                            "start and stop it by its old means, then repeat 'howdah node adopt'");
                }
                serverConfiguration.write(binaries.version());
                new Bootstrap(binaries, user, data, serverConfiguration, secrets, verifiers)
                        .adopt(config.clusterId(), config.node(), control.timeline());
            }
            case COPY -> LOG.info("the standby in {} joins the cluster", marker.origin());
        }
        Promise promise = Promise.initial(config.clusterId(), config.node())
                .withData(control.systemIdentifier(), Optional.empty(), Operation.NONE);
        file.write(promise);
        return promise;
    }

    /**
     * The cluster has gone on without this node, by an operator's decision, and its log may hold what nobody else has. Marked
     * as half rewound the data has no voice and is set aside when the node clones anew.
     */
    private Promise fence(PromiseFile file, Promise promise) {
        boolean fenced = config.fencedBelow().isPresent()
                && promise.term().value() < config.fencedBelow().getAsLong()
                && promise.operation() == Operation.NONE;
        if (!fenced) {
            return promise;
        }
        LOG.warn(
                "the cluster went on without this node in term {}: its data is set aside and cloned anew",
                config.fencedBelow().getAsLong());
        Promise marked = promise.withData(promise.systemIdentifier(), promise.floor(), Operation.REWIND);
        file.write(marked);
        return marked;
    }

    private Promise makeCluster(PromiseFile file, Promise promise, Function<String, ScramVerifier> verifiers) {
        if (!(data.state() instanceof DataState.Empty)) {
            LOG.info("an earlier attempt to make the cluster did not finish; it begins again");
            data.delete();
        }
        serverConfiguration.write(binaries.version());
        new Bootstrap(binaries, user, data, serverConfiguration, secrets, verifiers)
                .run(config.clusterId(), config.node());
        Promise finished = promise.withData(data.readControl().systemIdentifier(), promise.floor(), Operation.NONE);
        file.write(finished);
        return finished;
    }

    private void refuseForeign(Promise promise) {
        if (!promise.cluster().equals(config.clusterId()) || !promise.node().equals(config.node())) {
            throw new NodeException(
                    "%s belongs to %s of cluster %s, not to %s of cluster %s"
                            .formatted(
                                    config.directory(),
                                    promise.node(),
                                    promise.cluster(),
                                    config.node(),
                                    config.clusterId()),
                    "give this node a directory of its own, or remove that one if its data is not wanted");
        }
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(config.directory());
            user.own(config.directory());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the node's directory " + config.directory(), e);
        }
    }
}
