package io.howdah.server.configuration;

import java.nio.file.Path;

/** Where everything stands below the directory of a local cluster. Knows paths only; touches no file. */
public record ClusterDirectory(Path root) {
    public ClusterDirectory {
        root = root.toAbsolutePath().normalize();
    }

    public Path configuration() {
        return root.resolve("howdah.yaml");
    }

    public Path secrets() {
        return root.resolve("secrets.yaml");
    }

    public Path adminToken() {
        return root.resolve("admin.token");
    }

    public Path topology() {
        return root.resolve("topology.json");
    }

    /** What other clusters ask gateways for; for its owner only. */
    public Path links() {
        return root.resolve("links");
    }

    /** What is to be done later; for its owner only. */
    public Path schedules() {
        return root.resolve("schedules.json");
    }

    public Path data() {
        return root.resolve("data");
    }

    /** The directory of one node: its promise file and its PGDATA. */
    public Path data(String node) {
        return data().resolve(node);
    }

    public Path postgresData(String node) {
        return data(node).resolve("pgdata");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path log(String component) {
        return logs().resolve(component + ".log");
    }

    public Path run() {
        return root.resolve("run");
    }

    public Path operations() {
        return run().resolve("operations");
    }

    public Path sockets() {
        return run().resolve("sockets");
    }

    public Path processConfiguration(String component) {
        return run().resolve(component + ".yaml");
    }

    public Path pidFile(String component) {
        return run().resolve(component + ".pid");
    }

    public Path adminFile() {
        return run().resolve("admin.json");
    }

    /** Locked by the one admin that works for this directory. */
    public Path adminLock() {
        return run().resolve("admin.lock");
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
