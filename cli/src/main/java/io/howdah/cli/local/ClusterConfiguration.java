package io.howdah.cli.local;

import java.util.List;

/**
 * What {@code howdah.yaml} says, as far as the command line needs it.
 *
 * @param name of the cluster
 * @param id 16 hexadecimal digits
 * @param postgresBinaries the directory with PostgreSQL's programs; empty when they are searched for
 * @param adminUrl where the admin process listens
 * @param nodes in the order of the file
 * @param gateways in the order of the file
 */
public record ClusterConfiguration(
        String name, String id, String postgresBinaries, String adminUrl, List<Node> nodes, List<Gateway> gateways) {

    /** One node and its ports. */
    public record Node(String id, String cell, String host, int postgresPort, int apiPort) {}

    /** One gateway and its ports. */
    public record Gateway(String id, String cell, String host, int auto, int readWrite, int readOnly) {}

    public ClusterConfiguration {
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
    }
}
