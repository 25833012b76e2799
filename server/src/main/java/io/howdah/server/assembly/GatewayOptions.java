package io.howdah.server.assembly;

import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.login.AddressRange;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.ProxyTrust;
import io.howdah.gateway.metrics.SlowQuerySettings;
import io.howdah.gateway.pool.ConnectionLimits;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.wire.Bytes;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.PoolingConfiguration;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.configuration.ServingConfiguration;
import io.howdah.server.configuration.SlowQueryConfiguration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Makes settings of what a gateway's file says, and of what it leaves out. Pure. */
final class GatewayOptions {
    static final int MAX_CLIENTS = 10_000;
    private static final String ROLE = "howdah_gateway";
    private static final Duration HOLD_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /** Who may use the console when nobody is named. */
    private static final List<String> ADMIN_USERS = List.of("postgres");

    private GatewayOptions() {}

    static SessionSettings sessions(
            GatewayConfiguration configuration, Secrets secrets, Entrance access, ServerTls servers) {
        ServingConfiguration serving = configuration.serving();
        return new SessionSettings(
                configuration.cell(),
                serving.maximumClients().orElse(MAX_CLIENTS),
                millis(serving.holdMillis(), HOLD_LIMIT),
                millis(serving.loginMillis(), LOGIN_TIMEOUT),
                millis(serving.connectMillis(), CONNECT_TIMEOUT),
                pooling(configuration.pooling()),
                mockSecret(secrets),
                access,
                servers,
                slowQueries(serving.slowQueries()),
                proxies(serving));
    }

    /** As whom the gateway itself speaks to servers. */
    static ServiceAccount account(String gatewayPassword) {
        return new ServiceAccount(ROLE, new Credential.Password(gatewayPassword));
    }

    private static ProxyTrust proxies(ServingConfiguration serving) {
        return new ProxyTrust(
                serving.proxyPorts().stream()
                        .map(port -> PortRole.valueOf(port.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                serving.proxyAddresses().stream()
                        .map(range -> AddressRange.parse(range)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "proxy_addresses: '%s' is not a range of addresses".formatted(range))))
                        .toList());
    }

    private static SlowQuerySettings slowQueries(SlowQueryConfiguration given) {
        return new SlowQuerySettings(
                given.thresholdMillis().map(Duration::ofMillis),
                given.exceptions().stream()
                        .map(each -> new SlowQuerySettings.Exemption(
                                each.database(),
                                each.role(),
                                each.thresholdMillis().map(Duration::ofMillis)))
                        .toList(),
                given.json() ? SlowQuerySettings.Format.JSON : SlowQuerySettings.Format.LINE,
                given.wholeText(),
                given.perSecond().orElse(SlowQuerySettings.OFF.perSecond()));
    }

    /** What the file says of the balance between replicas, over what is in force. */
    static BalanceSettings balance(ServingConfiguration serving, BalanceSettings now) {
        BalanceSettings usual = BalanceSettings.USUAL;
        return new BalanceSettings(
                serving.maximumLagBytes().orElse(usual.maximumLagBytes()),
                millis(serving.maximumLagMillis(), usual.maximumLag()),
                millis(serving.slowStartMillis(), usual.slowStart()),
                now.weights());
    }

    static List<String> adminUsers(ServingConfiguration serving) {
        return serving.adminUsers().isEmpty() ? ADMIN_USERS : serving.adminUsers();
    }

    /** For SHOW CONFIG. */
    static SequencedMap<String, String> shown(GatewayConfiguration configuration, SessionSettings settings) {
        SequencedMap<String, String> shown = new LinkedHashMap<>();
        shown.put("gateway", configuration.gateway().value());
        shown.put("cell", configuration.cell().value());
        shown.put("cluster_name", configuration.clusterName());
        shown.put("host", configuration.host());
        shown.put("auto_port", "" + configuration.ports().auto());
        shown.put("read_write_port", "" + configuration.ports().readWrite());
        shown.put("read_only_port", "" + configuration.ports().readOnly());
        shown.put("http_port", "" + configuration.ports().http());
        PoolingSettings pooling = settings.pooling();
        configuration
                .virtualAddress()
                .ifPresent(carried -> shown.put(
                        "virtual_address",
                        "%s on %s, priority %d"
                                .formatted(carried.address(), carried.address().network(), carried.priority())));
        shown.put("max_client_conn", "" + settings.maxClients());
        shown.put("max_db_client_connections", "" + pooling.clientsPerDatabase());
        shown.put("max_user_client_connections", "" + pooling.clientsPerRole());
        shown.put("max_server_connections", "" + pooling.connections().perServer());
        shown.put("max_db_connections", "" + pooling.connections().perDatabase());
        shown.put("max_user_connections", "" + pooling.connections().perRole());
        shown.put("pool_mode", pooling.usual().mode().name().toLowerCase(Locale.ROOT));
        shown.put("default_pool_size", "" + pooling.usual().maximum());
        shown.put("min_pool_size", "" + pooling.usual().minimum());
        shown.put("reserve_pool_size", "" + pooling.usual().reserve());
        shown.put("reserve_pool_timeout", "" + pooling.usual().reserveAfter().toSeconds());
        shown.put("query_wait_timeout", "" + pooling.usual().waitLimit().toSeconds());
        shown.put("server_lifetime", "" + pooling.usual().lifetime().toSeconds());
        shown.put("server_idle_timeout", "" + pooling.usual().idle().toSeconds());
        shown.put("max_prepared_statements", "" + pooling.preparedStatements());
        shown.put("client_login_timeout", "" + settings.loginTimeout().toSeconds());
        shown.put("server_connect_timeout", "" + settings.connectTimeout().toSeconds());
        shown.put("hold_limit_ms", "" + settings.holdLimit().toMillis());
        shown.put("admin_users", String.join(",", adminUsers(configuration.serving())));
        shown.put("stats_users", String.join(",", configuration.serving().statsUsers()));
        return shown;
    }

    private static PoolingSettings pooling(PoolingConfiguration given) {
        return new PoolingSettings(
                rules(given.rules()),
                given.exceptions().stream()
                        .map(each -> new PoolingSettings.Exemption(each.database(), each.role(), rules(each.rules())))
                        .toList(),
                new ConnectionLimits(
                        given.connections().perServer().orElse(0),
                        given.connections().perDatabase().orElse(0),
                        given.connections().perRole().orElse(0)),
                given.clientsPerRole().orElse(PoolingSettings.USUAL.clientsPerRole()),
                given.clientsPerDatabase().orElse(PoolingSettings.USUAL.clientsPerDatabase()),
                given.preparedStatements().orElse(PoolingSettings.USUAL.preparedStatements()),
                given.weakerCommit());
    }

    private static PoolRules rules(PoolingConfiguration.Rules given) {
        PoolMode mode = switch (given.mode()) {
            case TRANSACTION -> PoolMode.TRANSACTION;
            case SESSION -> PoolMode.SESSION;
            case STATEMENT -> PoolMode.STATEMENT;
        };
        PoolRules usual = PoolRules.USUAL;
        return new PoolRules(
                mode,
                given.maximum().orElse(usual.maximum()),
                given.minimum().orElse(usual.minimum()),
                given.reserve().orElse(usual.reserve()),
                millis(given.reserveAfterMillis(), usual.reserveAfter()),
                millis(given.waitMillis(), usual.waitLimit()),
                millis(given.lifetimeMillis(), usual.lifetime()),
                millis(given.idleMillis(), usual.idle()));
    }

    private static Duration millis(Optional<Integer> given, Duration usual) {
        return given.map(Duration::ofMillis).orElse(usual);
    }

    /** The same on every gateway of a cluster, and nothing that a client could compute. */
    private static Bytes mockSecret(Secrets secrets) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("unknown roles".getBytes(StandardCharsets.UTF_8));
            return Bytes.of(digest.digest(secrets.gatewayPassword().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
