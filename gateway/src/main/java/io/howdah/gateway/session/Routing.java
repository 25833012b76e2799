package io.howdah.gateway.session;

import io.howdah.gateway.balance.Consistency;
import io.howdah.gateway.balance.Positions;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.balance.RouteWish;
import io.howdah.gateway.classify.Access;
import io.howdah.gateway.classify.Hint;
import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.Readability;
import io.howdah.gateway.classify.Reason;
import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.Outlook;
import io.howdah.gateway.login.Login;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of a session on the port {@code auto} go. One decision for each request that begins outside a transaction, before
 * anything of it is sent; a request that a replica refuses is sent to the primary by {@link Trial}.
 */
final class Routing {
    private static final String ROUTE = "howdah.route";
    static final String CONSISTENCY = "howdah.consistency";

    private final Session session;
    private final Worker worker;
    private final boolean splits;
    private final Outlook outlook;
    private final Trial trial;
    private final RouteWish firstWish;
    private final Consistency firstConsistency;
    private RouteWish wish;
    private Consistency consistency;
    private @Nullable Profile settingsSeen;
    private @Nullable Reported reportedSeen;
    private Readability readability = Readability.NONE;

    /** Where the request at hand goes; null for the primary. */
    private @Nullable Backend replica;

    private boolean decided;
    /** The request at hand was sent before, in vain: a server that it brings down is not to be followed by the next. */
    private boolean retried;

    private boolean inFlight;
    /** The request or transaction at hand may have written. */
    private boolean writes;
    /** When the session last committed, as a number of the position watch; -1 once what it must see is known. */
    private long committedAt = -1;

    private Lsn minimum = Lsn.ZERO;

    Routing(Session session, Worker worker, Login login, PoolMode mode) {
        this.session = session;
        this.worker = worker;
        this.outlook = new Outlook(session.conversation(), worker.texts());
        this.trial = new Trial(session.client());
        this.splits = session.role() == PortRole.AUTO
                && mode != PoolMode.SESSION
                && session.cluster().split().isPresent();
        this.firstWish =
                RouteWish.parse(login.parameters().getOrDefault(ROUTE, "")).orElse(RouteWish.AUTO);
        this.firstConsistency = Consistency.parse(login.parameters().getOrDefault(CONSISTENCY, ""))
                .orElse(Consistency.SESSION);
        this.wish = firstWish;
        this.consistency = firstConsistency;
        if (splits) {
            session.cluster().split().ifPresent(split -> split.positions().start());
        }
    }

    /** Whether reads of this session may go to replicas. */
    boolean splits() {
        return splits;
    }

    /** The replica that serves the request at hand; null for the primary. */
    @Nullable
    Backend replica() {
        return replica;
    }

    Trial trial() {
        return trial;
    }

    // ---- before a request

    /** A request begins with the message whose body begins at {@code start}, and nothing is in flight. */
    void decide(ByteBuf in, int start) {
        Conversation conversation = session.conversation();
        Optional<ReadSplit> split = session.cluster().split();
        if (!splits || decided || split.isEmpty()) {
            return;
        }
        decided = true;
        writes = true;
        retried = false;
        if (conversation.state().isPinned()) {
            return;
        }
        replica = null;
        readSettings();
        boolean utf8 = readability == Readability.FULL;
        outlook.look(
                in,
                start - MessageFrame.HEADER_BYTES,
                split.get().names().current(session.site().database()),
                utf8);
        Judgment judgment = outlook.judgment();
        if (judgment.reason() == Reason.OTHER_STATEMENT) {
            split.get().names().changed(session.site().database());
        }
        writes = judgment.access() != Access.READ;
        // What is to be cached is read where it is newest.
        if (readability != Readability.NONE
                && mayRead(judgment)
                && !session.caching().isKeeping()) {
            replica = choose(split.get(), judgment.hint()).orElse(null);
        }
    }

    private boolean mayRead(Judgment judgment) {
        Reason reason = judgment.reason();
        boolean insists =
                judgment.hint() == Hint.REPLICA || (wish == RouteWish.REPLICA && judgment.hint() == Hint.NONE);
        if (judgment.hint() == Hint.PRIMARY || (wish == RouteWish.PRIMARY && judgment.hint() == Hint.NONE)) {
            return false;
        }
        return reason == Reason.READ
                || reason == Reason.BEGIN_READ_ONLY
                || (insists && reason.mayBeInsistedOn() && outlook.isPlain());
    }

    private Optional<Backend> choose(ReadSplit split, Hint hint) {
        Lsn needed = switch (consistency(hint)) {
            case EVENTUAL -> Lsn.ZERO;
            case SESSION -> minimum(split);
            case STRICT -> null;
        };
        if (needed == null) {
            return Optional.empty();
        }
        Optional<Backend> found = session.picture().chooseReplica(split, needed);
        if (found.isEmpty() && needed.isAfter(Lsn.ZERO)) {
            split.positions().demand();
        }
        return found;
    }

    private Consistency consistency(Hint hint) {
        return switch (hint) {
            case EVENTUAL, REPLICA -> Consistency.EVENTUAL;
            case SESSION -> Consistency.SESSION;
            case STRICT -> Consistency.STRICT;
            case NONE, PRIMARY -> wish == RouteWish.REPLICA ? Consistency.EVENTUAL : consistency;
        };
    }

    /** What a replica must have replayed to show the session's own commits; null while that is not known. */
    private @Nullable Lsn minimum(ReadSplit split) {
        if (committedAt >= 0) {
            Positions positions = split.positions().current();
            if (positions.primaryQuestion() <= committedAt) {
                split.positions().demand();
                return null;
            }
            minimum = Lsn.max(minimum, positions.primaryEnd());
            committedAt = -1;
        }
        return minimum;
    }

    private void readSettings() {
        Profile profile = session.server().profile();
        if (settingsSeen == null || !Interner.same(settingsSeen, profile)) {
            settingsSeen = profile;
            wish = profile.statement(ROUTE)
                    .flatMap(statement -> RouteWish.parse(SettingNames.value(statement)))
                    .orElse(firstWish);
            consistency = profile.statement(CONSISTENCY)
                    .flatMap(statement -> Consistency.parse(SettingNames.value(statement)))
                    .orElse(firstConsistency);
        }
        Reported reported = session.replies().known();
        if (reportedSeen == null || !Interner.same(reportedSeen, reported)) {
            reportedSeen = reported;
            readability = Readability.of(reported.values());
        }
    }

    // ---- while a request is on its way

    /**
     * A message goes to the server at hand.
     *
     * @param within the messages of an extended request have begun already
     */
    void forwarded(ByteBuf in, int start, boolean within) {
        if (!splits || within) {
            return;
        }
        boolean first = decided;
        decided = false;
        writes |= !first;
        if (replica == null) {
            if (!first) {
                // What is in flight is more than one request: it cannot be asked again as if it were not.
                trial.end();
            } else if (!writes && !retried && mayBeAskedAgain()) {
                keep(in, start);
            }
            return;
        }
        inFlight = true;
        if (first && mayBeAskedAgain()) {
            worker.counters().count(SessionEvent.REPLICA_READ);
            if (outlook.judgment().reason() != Reason.BEGIN_READ_ONLY) {
                keep(in, start);
            }
        }
    }

    private boolean mayBeAskedAgain() {
        return session.conversation().status() == 'I'
                && !session.conversation().state().isPinned();
    }

    /** Until it is answered, in case its server refuses or vanishes. */
    private void keep(ByteBuf in, int start) {
        int from = start - MessageFrame.HEADER_BYTES;
        ByteBuf copy = session.client().channel().alloc().buffer(outlook.end() - from);
        trial.begin(copy.writeBytes(in, from, outlook.end() - from), outlook.parsed());
    }

    /** The database is elsewhere now: replicas there may not have yet what the session has seen of it. */
    void moved() {
        replica = null;
        minimum = Lsn.ZERO;
        if (splits) {
            session.cluster().split().ifPresent(split -> split.positions().start());
            mustSeeAllOfNow();
        }
    }

    private void mustSeeAllOfNow() {
        session.cluster().split().ifPresent(split -> {
            committedAt = split.positions().mark();
            split.positions().demand();
        });
    }

    /** What is in flight is one read outside of transactions, and nothing else. */
    boolean isOneRead() {
        return splits && !writes;
    }

    /** What comes next may have to go to the primary: the replica must have answered first. */
    boolean mustFinishFirst() {
        return inFlight;
    }

    /** A request is answered. */
    void answered() {
        Conversation conversation = session.conversation();
        inFlight &= !conversation.atBoundary();
        if (splits && conversation.atRest() && replica == null && writes) {
            writes = false;
            mustSeeAllOfNow();
        }
    }

    /** The request was answered by the gateway itself. */
    void forget() {
        decided = false;
        inFlight = false;
    }

    /** The replica cannot be had: the request goes to the primary. Says whether there was one. */
    boolean fallBack() {
        boolean was = replica != null;
        replica = null;
        inFlight = false;
        return was;
    }

    /** The replica has refused, or vanished, before the client got anything: the primary gets the same request. */
    ByteBuf retry() {
        trial.parsed().forEach(name -> session.conversation().names().undo(name));
        ByteBuf request = trial.take();
        fallBack();
        decided = true;
        retried = true;
        worker.counters().count(SessionEvent.READ_RETRIED);
        return request;
    }
}
