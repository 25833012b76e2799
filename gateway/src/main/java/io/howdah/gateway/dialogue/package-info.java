/**
 * Requests and replies of one client: which reply belongs to which request, what the names of prepared statements mean meanwhile, and
 * what to say when a server vanished in between. Works on bytes, knows no channels and no pools; confined to one event loop.
 *
 * <p>{@link io.howdah.gateway.dialogue.Requests} enters what is sent into the books of the {@link
 * io.howdah.gateway.dialogue.Conversation}, which judges what comes back; {@link io.howdah.gateway.dialogue.OutcomeMatrix} decides what
 * a loss means, {@link io.howdah.gateway.dialogue.LocalAnswers} stands in for a server.
 */
@NullMarked
package io.howdah.gateway.dialogue;

import org.jspecify.annotations.NullMarked;
