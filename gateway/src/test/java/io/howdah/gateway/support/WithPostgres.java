package io.howdah.gateway.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link PostgresFixture} of the run; it is stopped after the last test. */
public final class WithPostgres implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(WithPostgres.class);

    static {
        // What is waited for comes at once, except on a machine that is busy with something else.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresFixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(PostgresFixture.class, type -> new PostgresFixture(), PostgresFixture.class);
    }
}
