package io.howdah.bench;

import io.howdah.gateway.classify.CatalogQuery;
import io.howdah.gateway.classify.NameSource;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which statements are led to replicas: what judging costs, and with a directory of SQL files whether the judgment is right.
 *
 * <p>Arguments: PORT USER DATABASE [DIRECTORY], of a server on this machine that lets the user in without a password. With a directory
 * the database is changed by what is executed.
 */
final class Classification {
    private Classification() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3) {
            System.err.println("usage: bench/run classification PORT USER DATABASE [DIRECTORY OF SQL FILES]");
            System.exit(2);
        }
        int port = Integer.parseInt(arguments[0]);
        Backend server = new Backend("local", new NodeId("node1"), new Cell("zone1"), "127.0.0.1", port);
        Routes routes = new Routes(Term.ZERO, Optional.of(server), List.of(), Optional.empty());
        NameSource names = new CatalogQuery(
                () -> routes,
                new ServiceConnector(new ServiceAccount(arguments[1], new Credential.None()), () -> ServerTls.OFF));
        if (arguments.length == 3) {
            ClassificationBench.run(names, arguments[2]);
            return;
        }
        Endpoint endpoint = new Endpoint.Tcp("127.0.0.1", port);
        boolean right = ClassificationCorpus.run(names, endpoint, arguments[1], arguments[2], Path.of(arguments[3]));
        System.exit(right ? 0 : 1);
    }
}
