package io.howdah.server.assembly;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.console.ConsoleSettings;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.tls.ClientTls;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.server.configuration.AccessConfiguration;
import io.howdah.server.configuration.FileWatch;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of a gateway's configuration that may change while it runs: all but where it listens and who it is. The file is read again when
 * it is replaced, when somebody asks for it, and when a file that it names is replaced. All of it takes effect or nothing does; why not
 * is kept until the next reading succeeds.
 */
@ThreadSafe
final class GatewayTuning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayTuning.class);
    private static final int FAILED_LOGINS = 10;
    private static final Duration FAILED_LOGIN_WINDOW = Duration.ofMinutes(1);

    private final Path file;
    private final Secrets secrets;
    private final FailedLogins failures = new FailedLogins(FAILED_LOGINS, FAILED_LOGIN_WINDOW);
    private final GatewayConfiguration started;

    /** What is in force. */
    private record InForce(GatewayConfiguration configuration, SessionSettings sessions) {}

    /** What follows the configuration. */
    private record Governed(GatewayServer server, ReachedCluster home, LinkedClusters others) {}

    private volatile InForce inForce; // written under the lock, read by any thread
    private volatile String problem = ""; // written under the lock, read by any thread

    @GuardedBy("this")
    private Optional<Governed> governed = Optional.empty();

    @GuardedBy("this")
    private List<FileWatch> watches = List.of();

    /** Throws when the configuration, or a file that it names, cannot be used. */
    GatewayTuning(Path file, GatewayConfiguration configuration, Secrets secrets) {
        this.file = file;
        this.secrets = secrets;
        this.started = configuration;
        this.inForce = new InForce(configuration, sessions(configuration));
    }

    /** What is in force. */
    GatewayConfiguration configuration() {
        return inForce.configuration;
    }

    SessionSettings sessions() {
        return inForce.sessions;
    }

    /** What to ask servers about a role's password. */
    String authQuery() {
        return inForce.configuration.access().authQuery().orElse(VerifierQuery.USUAL);
    }

    /** Why the newest configuration is not in force, or not all of it; empty when it is. */
    String problem() {
        return problem;
    }

    ConsoleSettings console() {
        InForce now = inForce;
        SequencedMap<String, String> shown = new LinkedHashMap<>(GatewayOptions.shown(now.configuration, now.sessions));
        if (!problem.isEmpty()) {
            shown.put("configuration_problem", problem);
        }
        return new ConsoleSettings(
                Set.copyOf(GatewayOptions.adminUsers(now.configuration.serving())),
                Set.copyOf(now.configuration.serving().statsUsers()),
                System.getProperty("howdah.version", "unknown"),
                now.sessions.maxClients(),
                shown);
    }

    /** From now on changes reach the gateway. */
    synchronized void govern(GatewayServer server, ReachedCluster home, LinkedClusters others) {
        governed = Optional.of(new Governed(server, home, others));
        balance(home.split(), inForce.configuration);
        watch(inForce.configuration.access());
    }

    /** Reads everything again. Throws with all that is wrong, and then what was in force stays in force. */
    synchronized void reload() {
        InForce before = inForce;
        GatewayConfiguration read;
        SessionSettings sessions;
        try {
            read = GatewayConfiguration.read(file);
            sessions = sessions(read);
            Duration patience = sessions.holdLimit();
            governed.ifPresent(all -> all.others.arrange(read, patience));
        } catch (RuntimeException e) {
            problem = String.valueOf(e.getMessage());
            LOG.warn("the configuration cannot be used, what was in force stays in force: {}", problem);
            throw e;
        }
        inForce = new InForce(read, sessions);
        governed.ifPresent(all -> {
            all.server.reconfigure(sessions);
            all.home.routes().follow(read.clusterId(), read.nodes());
            all.home.access().cache().ifPresent(cache -> CacheAssembly.apply(read, cache));
            // What was set on the console stays, until the file says something else.
            if (!balance(read).equals(balance(before.configuration))) {
                balance(all.home.split(), read);
            }
        });
        if (!read.access().equals(before.configuration.access())) {
            watch(read.access());
        }
        String later = started.needsNewProcess(read);
        problem = later.isEmpty()
                ? ""
                : "a new process is needed for %s, everything else is in force: 'howdah up'".formatted(later);
        LOG.info("the configuration was read again{}", problem.isEmpty() ? "" : "; " + problem);
    }

    private static void balance(ReadSplit split, GatewayConfiguration configuration) {
        split.settings(GatewayOptions.balance(configuration.serving(), split.settings()));
    }

    private static List<Object> balance(GatewayConfiguration configuration) {
        return List.of(
                configuration.serving().maximumLagBytes(),
                configuration.serving().maximumLagMillis(),
                configuration.serving().slowStartMillis());
    }

    /** Reads all files that the configuration names. */
    private SessionSettings sessions(GatewayConfiguration configuration) {
        AccessConfiguration access = configuration.access();
        Optional<ClientTls> tls = access.certificate()
                .flatMap(certificate -> access.key()
                        .map(key -> ClientTls.load(new ClientTls.Paths(certificate, key, access.clientAuthority()))));
        AccessRules rules = access.hbaFile()
                .map(rulesFile -> AccessRules.load(rulesFile, access.identFile()))
                .orElseGet(AccessRules::scramForAll);
        ServerTls servers =
                ServerTls.load(ServerTls.Mode.valueOf(access.servers().name()), access.serverAuthority());
        return GatewayOptions.sessions(configuration, secrets, new Entrance(tls, rules, failures), servers);
    }

    private synchronized void watch(AccessConfiguration access) {
        close();
        List<FileWatch> started = new ArrayList<>();
        Stream.of(
                        Optional.of(file),
                        access.certificate(),
                        access.key(),
                        access.clientAuthority(),
                        access.hbaFile(),
                        access.identFile(),
                        access.serverAuthority())
                .flatMap(Optional::stream)
                .forEach(path -> started.add(FileWatch.start(path, this::reloadQuietly)));
        watches = List.copyOf(started);
    }

    /** As {@link #reload}, for those who cannot be told; the log says what is wrong. */
    void reloadQuietly() {
        try {
            reload();
        } catch (RuntimeException e) {
            LOG.debug("said already", e);
        }
    }

    @Override
    public synchronized void close() {
        watches.forEach(FileWatch::close);
        watches = List.of();
    }
}
