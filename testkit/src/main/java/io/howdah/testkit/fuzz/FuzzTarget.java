package io.howdah.testkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    private final Consumer<byte[]> body;
    private final Supplier<List<byte[]>> seeds;

    FuzzTarget(Consumer<byte[]> body, Supplier<List<byte[]>> seeds) {
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
        body.accept(input);
    }

    /** Inputs that reach far, those that once found something among them. */
    public List<byte[]> seeds() {
        return seeds.get();
    }

    static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
