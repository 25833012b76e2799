package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;

/** One attempt of one coordinator to have somebody elected. */
record Recruitment(Term term, long round, NodeId coordinator, TimelineId timeline) {
    boolean isPromisedIn(Promise promise) {
        return promise.term().equals(term)
                && promise.round() == round
                && promise.coordinator().filter(coordinator::equals).isPresent();
    }
}
