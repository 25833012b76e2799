/**
 * One client and the backend it currently has: reading both sides, matching replies to requests, holding, moving and answering when a
 * backend is gone.
 *
 * <p>Everything of a session happens on the one event loop of its {@link io.howdah.gateway.session.Worker}; nothing here is locked.
 * A session outlives its backend: the state machine is in {@code Session}, the cursors over the bytes in {@code ClientReader} and
 * {@code BackendReader}, what a vanished backend means in {@code OutcomeMatrix}.
 */
@NullMarked
package io.howdah.gateway.session;

import org.jspecify.annotations.NullMarked;
