package io.howdah.bench.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The proxies of others that stand beside a gateway, as the distribution packages them: in front of the same server, with SCRAM on both
 * sides where they speak PostgreSQL's protocol, and with as many connections to the server as a gateway has.
 */
enum Peer {
    PGBOUNCER("PgBouncer", "/usr/sbin/pgbouncer") {
        @Override
        PeerProgram start(URI server) throws IOException, InterruptedException {
            PeerProgram program = PeerProgram.in("pgbouncer");
            program.write("users", "\"%s\" \"%s\"%n".formatted(user(server), password(server)));
            Path file = program.write("pgbouncer.ini", """
                    [databases]
                    * = host=%s port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s/users
                    pool_mode = transaction
                    default_pool_size = %d
                    max_client_conn = 12000
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(
                            server.getHost(), server.getPort(), program.port(), program.directory(), CONNECTIONS));
            return program.start(path(), "-q", file.toString());
        }

        @Override
        String version() throws IOException {
            return PeerProgram.version(path(), "--version");
        }
    },
    /** Passes bytes on and knows nothing of PostgreSQL: each client has a connection to the server of its own. */
    HAPROXY("HAProxy", "/usr/sbin/haproxy") {
        @Override
        PeerProgram start(URI server) throws IOException, InterruptedException {
            PeerProgram program = PeerProgram.in("haproxy");
            Path file = program.write("haproxy.cfg", """
                    global
                        maxconn 1000
                    defaults
                        mode tcp
                        timeout connect 5s
                        timeout client 1h
                        timeout server 1h
                    listen postgres
                        bind 127.0.0.1:%d
                        server server1 %s:%d
                    """.formatted(program.port(), server.getHost(), server.getPort()));
            return program.start(path(), "-f", file.toString(), "-db");
        }

        @Override
        String version() throws IOException {
            return PeerProgram.version(path(), "-v");
        }
    },
    /** A process for each client; load balancing is off, there is one server. */
    PGPOOL("Pgpool-II", "/usr/sbin/pgpool") {
        @Override
        PeerProgram start(URI server) throws IOException, InterruptedException {
            PeerProgram program = PeerProgram.in("pgpool");
            program.write("pool_passwd", "%s:TEXT%s%n".formatted(user(server), password(server)));
            Path rules = program.write("pool_hba.conf", "host all all 127.0.0.1/32 scram-sha-256\n");
            Path control = program.write("pcp.conf", "");
            Path file = program.write("pgpool.conf", """
                    backend_clustering_mode = 'streaming_replication'
                    listen_addresses = '127.0.0.1'
                    port = %d
                    unix_socket_directories = '%s'
                    pcp_listen_addresses = '127.0.0.1'
                    pcp_port = %d
                    pcp_socket_dir = '%s'
                    backend_hostname0 = '%s'
                    backend_port0 = %d
                    backend_flag0 = 'ALWAYS_PRIMARY'
                    enable_pool_hba = on
                    pool_passwd = 'pool_passwd'
                    num_init_children = 100
                    max_pool = 1
                    load_balance_mode = off
                    sr_check_period = 0
                    health_check_period = 0
                    pid_file_name = '%s/pgpool.pid'
                    logdir = '%s'
                    work_dir = '%s'
                    """.formatted(
                            program.port(),
                            program.directory(),
                            PeerProgram.freePort(),
                            program.directory(),
                            server.getHost(),
                            server.getPort(),
                            program.directory(),
                            program.directory(),
                            program.directory()));
            return program.start(path(), "-n", "-f", file.toString(), "-a", rules.toString(), "-F", control.toString());
        }

        @Override
        String version() throws IOException {
            return PeerProgram.version(path(), "--version");
        }
    };

    /** Connections to the server that a gateway and PgBouncer may open for one role and database. */
    static final int CONNECTIONS = 20;

    private final String label;
    private final String path;

    Peer(String label, String path) {
        this.label = label;
        this.path = path;
    }

    String label() {
        return label;
    }

    String path() {
        return path;
    }

    boolean isInstalled() {
        return Files.isExecutable(Path.of(path));
    }

    /** @param server where to connect and as whom, password included */
    abstract PeerProgram start(URI server) throws IOException, InterruptedException;

    abstract String version() throws IOException;

    private static String user(URI server) {
        return server.getUserInfo().split(":", 2)[0];
    }

    private static String password(URI server) {
        return server.getUserInfo().split(":", 2)[1];
    }
}
