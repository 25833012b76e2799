package io.howdah.bench;

import java.nio.file.Path;
import java.util.List;

/** Patroni's and HAProxy's configuration, as their documentation shows it. */
record PatroniFiles(
        PatroniTimers timers, String password, int etcdPort, List<Integer> apiPorts, List<Integer> postgresPorts) {
    String node(int index, Path home) {
        return """
                scope: bench
                name: node%1$d
                restapi: {listen: '127.0.0.1:%2$d', connect_address: '127.0.0.1:%2$d'}
                etcd3: {host: '127.0.0.1:%3$d'}
                bootstrap:
                  dcs:
                    ttl: %7$d
                    loop_wait: %8$d
                    retry_timeout: %9$d
                    synchronous_mode: true
                    postgresql: {use_pg_rewind: true, parameters: {max_connections: 200}}
                  initdb: [{encoding: UTF8}, data-checksums]
                postgresql:
                  listen: 127.0.0.1:%4$d
                  connect_address: 127.0.0.1:%4$d
                  data_dir: %5$s/data
                  bin_dir: /usr/lib/postgresql/15/bin
                  pgpass: %5$s/pgpass
                  authentication:
                    superuser: {username: postgres, password: %6$s}
                    replication: {username: replicator, password: %6$s}
                    rewind: {username: rewind, password: %6$s}
                  parameters: {unix_socket_directories: '%5$s'}
                  pg_hba: ['local all all scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256', 'host replication all 127.0.0.1/32 scram-sha-256']
                """.formatted(
                        index,
                        apiPorts.get(index),
                        etcdPort,
                        postgresPorts.get(index),
                        home,
                        password,
                        timers.ttlSeconds(),
                        timers.loopSeconds(),
                        timers.retrySeconds());
    }

    String proxy(int proxyPort) {
        StringBuilder text = new StringBuilder(
                """
                global
                    maxconn 1000
                defaults
                    mode tcp
                    retries 2
                    timeout client 30m
                    timeout connect 4s
                    timeout server 30m
                    timeout check 5s
                listen primary
                    bind 127.0.0.1:%d
                    option httpchk OPTIONS /primary
                    http-check expect status 200
                    default-server inter %dms fall %d rise %d on-marked-down shutdown-sessions
                """.formatted(proxyPort, timers.checkMillis(), timers.checksToFall(), timers.checksToFall() - 1));
        for (int i = 0; i < postgresPorts.size(); i++) {
            text.append("    server node%d 127.0.0.1:%d maxconn 300 check port %d%n"
                    .formatted(i, postgresPorts.get(i), apiPorts.get(i)));
        }
        return text.toString();
    }
}
