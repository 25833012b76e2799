package io.howdah.gateway.dialogue;

import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.ServerStatements;
import org.jspecify.annotations.Nullable;

/**
 * A Parse on its way to the server.
 *
 * @param client the statement that the client prepares with it; null when the gateway itself needs the Parse
 * @param held what the server will have when it succeeds; null when only the answer matters
 */
record PreparedRequest(@Nullable ClientStatement client, ServerStatements.@Nullable Held held) {}
