package io.howdah.gateway.dialogue;

import io.howdah.gateway.balance.Consistency;
import io.howdah.gateway.balance.RouteWish;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.postgres.wire.ErrorFields;
import java.util.Optional;

/** Statements that the gateway does not let through, and what their client hears. */
final class Refusals {
    /** No SQL: provokes an error in the server where the gateway refuses a statement, so that its transaction fails as it should. */
    static final byte[] NONSENSE = {'!', 0};

    /** Settings of the gateway: to PostgreSQL they are placeholders that take any value. */
    private static final String OWN_PREFIX = "howdah.";

    private final boolean weakerCommit;

    /** @param weakerCommit whether clients may lower {@code synchronous_commit} */
    Refusals(boolean weakerCommit) {
        this.weakerCommit = weakerCommit;
    }

    /** The error that the statement gets; empty when it may go to the server. */
    Optional<ErrorFields> of(Statement statement) {
        if (statement.kind() == StatementKind.WEAKER_COMMIT && !weakerCommit) {
            return Optional.of(Errors.weakerCommit());
        }
        return statement.kind() == StatementKind.SET ? ofSetting(statement) : Optional.empty();
    }

    private static Optional<ErrorFields> ofSetting(Statement statement) {
        String key = SettingNames.settingKey(statement);
        if (!key.startsWith(OWN_PREFIX)) {
            return Optional.empty();
        }
        String value = SettingNames.value(statement.text());
        return switch (key) {
            case "howdah.route" ->
                value.equalsIgnoreCase("primary") && isBare(statement.text())
                        ? Optional.of(Errors.reservedWord(key, value))
                        : RouteWish.parse(value).isPresent()
                                ? Optional.empty()
                                : Optional.of(Errors.wrongSetting(key, value, "auto, primary or replica"));
            case "howdah.consistency" ->
                Consistency.parse(value).isPresent()
                        ? Optional.empty()
                        : Optional.of(Errors.wrongSetting(key, value, "eventual, session or strict"));
            default -> Optional.of(Errors.unknownSetting(key));
        };
    }

    /** PRIMARY is a reserved word: without quotes the server does not understand it. */
    private static boolean isBare(byte[] text) {
        for (byte each : text) {
            if (each == '\'' || each == '"') {
                return false;
            }
        }
        return true;
    }
}
