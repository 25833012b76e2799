package io.howdah.testkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is fuzzed, and with what it begins. Used by one thread at a time. */
public enum FuzzTarget {
    /** What a client sends from its first byte. */
    LOGIN(GatewayTargets::login, GatewayTargets::logins),
    /** What a client sends once it is logged in, and how it is cut into pieces. */
    CLIENT(GatewayTargets::client, GatewayTargets::requests),
    /** What a server answers, and how it is cut into pieces. */
    SERVER(GatewayTargets::server, GatewayTargets::replies),
    PROXY(TextTargets::proxyHeader, TextTargets::proxyHeaders),
    STATEMENT(TextTargets::statement, TextTargets::statements),
    ACCESS_RULES(TextTargets::accessRules, TextTargets::rules),
    SCRAM(TextTargets::scram, TextTargets::scramMessages),
    STATUS(TextTargets::status, TextTargets::statuses);

    /** Code that takes any bytes. */
    @FunctionalInterface
    interface Body {
        /** @throws RuntimeException or an error when something is wrong with the code under test */
        void run(byte[] input);
    }

    /** Inputs to begin with. */
    @FunctionalInterface
    interface Seeds {
        List<byte[]> all();
    }

    private final Body body;
    private final Seeds seeds;

    FuzzTarget(Body body, Seeds seeds) {
        this.body = body;
        this.seeds = seeds;
    }

    /** By its name on the command line. */
    public static FuzzTarget named(String name) {
        return Stream.of(values())
                .filter(each -> each.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target '" + name + "'; there are "
                        + String.join(
                                ", ", Stream.of(values()).map(FuzzTarget::label).toList())));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws RuntimeException or an error when something is wrong with the code under test */
    public void run(byte[] input) {
        body.run(input);
    }

    /** Inputs that reach far, those that once found something among them. */
    public List<byte[]> seeds() {
        return seeds.all();
    }

    static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
