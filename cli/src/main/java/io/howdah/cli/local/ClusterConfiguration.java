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
 * @param virtualAddresses that one of several gateways carries
 */
public record ClusterConfiguration(
        String name,
        String id,
        String postgresBinaries,
        String adminUrl,
        List<Node> nodes,
        List<Gateway> gateways,
        List<VirtualAddress> virtualAddresses) {

    /** One node and its ports. */
    public record Node(String id, String cell, String host, int postgresPort, int apiPort) {}

    /** One gateway and its ports. */
    public record Gateway(String id, String cell, String host, int auto, int readWrite, int readOnly, int http) {}

    /**
     * An address with its prefix, and where it is carried.
     *
     * @param cell empty when gateways of all cells may carry it
     */
    public record VirtualAddress(String address, String network, String cell) {}

    public ClusterConfiguration {
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
        virtualAddresses = List.copyOf(virtualAddresses);
    }
}
