package io.howdah.gateway.session;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Finds out when no event loop has anything in flight at the primary any more. Safe on every thread. */
final class DrainWatch {
    private final Consumer<String> drained;
    private final Set<Part> idleParts = new HashSet<>();
    private int parts;
    private String drain = "";
    private boolean told;

    /** @param drained called once for each drain */
    DrainWatch(Consumer<String> drained) {
        this.drained = drained;
    }

    synchronized Part part() {
        parts++;
        return new Part();
    }

    private void idle(Part part, String id) {
        synchronized (this) {
            if (!id.equals(drain)) {
                drain = id;
                told = false;
                idleParts.clear();
            }
            idleParts.add(part);
            if (told || idleParts.size() < parts) {
                return;
            }
            told = true;
        }
        drained.accept(id);
    }

    private synchronized void forget() {
        drain = "";
        idleParts.clear();
    }

    /** The part of one event loop. */
    final class Part {
        /** Nothing is in flight here, and nothing new starts until the drain is over. */
        void idle(String id) {
            DrainWatch.this.idle(this, id);
        }

        /** The same may be asked for again. */
        void forget() {
            DrainWatch.this.forget();
        }
    }
}
