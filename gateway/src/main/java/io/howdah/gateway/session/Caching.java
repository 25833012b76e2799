package io.howdah.gateway.session;

import io.howdah.gateway.balance.Consistency;
import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.cache.CacheLookup;
import io.howdah.gateway.cache.CacheQuestion;
import io.howdah.gateway.cache.CacheScope;
import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.CacheTicket;
import io.howdah.gateway.cache.CommitMark;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.classify.Access;
import io.howdah.gateway.classify.Readability;
import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.Outlook;
import io.howdah.gateway.dialogue.Questions;
import io.howdah.gateway.login.Login;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a session has to do with the {@link QueryCache}: it looks there first for requests that begin outside a transaction while nothing
 * is in flight, keeps the primary's answers to those that were not there, and remembers whether it has written. Until it first asks for
 * something that may be cached it costs one look at each request.
 */
final class Caching {
    private final Session session;
    private final Login login;
    private Optional<QueryCache> cache = Optional.empty();
    private @Nullable CacheSettings rulesSeen;
    private boolean byRules;
    private final Consistency firstConsistency;
    private final Questions questions;
    private final Outlook outlook;
    private final CommitMark committed = new CommitMark();
    private @Nullable Profile profileSeen;
    private @Nullable Reported reportedSeen;
    private Optional<CacheScope> scope = Optional.empty();
    private Readability readability = Readability.NONE;
    private boolean active;
    /** The request at hand has been looked at. */
    private boolean looked;
    /** It, or one before it that is not answered yet, may write. */
    private boolean writes;

    private byte @Nullable [] answer;
    private int answerEnd;
    private @Nullable CacheTicket ticket;
    private @Nullable ByteBuf captured;

    Caching(Session session, Worker worker, Login login) {
        this.session = session;
        this.login = login;
        findCache();
        this.firstConsistency = Consistency.parse(login.parameters().getOrDefault(Routing.CONSISTENCY, ""))
                .orElse(Consistency.SESSION);
        this.questions = new Questions(session.conversation());
        this.outlook = new Outlook(session.conversation(), worker.texts());
    }

    private void findCache() {
        cache = session.role() == PortRole.READ_ONLY
                ? Optional.empty()
                : session.cluster().cache();
        rulesSeen = null;
    }

    /** Whether there are rules for this session, so that its statements need no hint. */
    private boolean byRules(QueryCache used) {
        CacheSettings settings = used.settings();
        if (rulesSeen == null || !Interner.same(rulesSeen, settings)) {
            rulesSeen = settings;
            byRules = used.hasRulesFor(login.database(), login.user());
        }
        return byRules;
    }

    /** The database is elsewhere now, and nothing is in flight. */
    void moved() {
        forget();
        findCache();
        profileSeen = null;
        scope = Optional.empty();
        // What the session has seen of it may not be known there yet.
        active = false;
    }

    // ---- before a request

    /**
     * A request begins with the message whose body begins at {@code start}, outside a transaction, and nothing is in flight. Says whether
     * the cache has the answer: {@link #serve} gives it.
     */
    boolean look(ByteBuf in, int start) {
        if (cache.isEmpty() || looked || !cache.get().isOn()) {
            return false;
        }
        looked = true;
        int from = start - MessageFrame.HEADER_BYTES;
        boolean wanted = byRules(cache.get()) || questions.mayHaveHint(in, from);
        if (!active && !wanted) {
            return false;
        }
        if (!active) {
            active = true;
            committed.committed(cache.get());
        }
        readSettings();
        outlook.look(in, from, cache.get().names(session.site().database()), readability == Readability.FULL);
        writes |= readability == Readability.NONE || outlook.judgment().access() != Access.READ;
        return wanted && ask(cache.get(), in, from);
    }

    private boolean ask(QueryCache used, ByteBuf in, int from) {
        Conversation conversation = session.conversation();
        boolean fit = scope.isPresent()
                && readability != Readability.NONE
                && !conversation.state().isPinned()
                && !conversation.isUnsettled()
                && !session.picture().isPaused(session)
                && session.client().isWritable();
        Optional<CacheQuestion> question = fit ? questions.read(in, from) : Optional.empty();
        if (question.isEmpty()) {
            used.count(CacheBypass.NOT_CACHEABLE);
            return false;
        }
        CacheLookup found = used.look(scope.get(), question.get(), committed, readability == Readability.FULL);
        return switch (found) {
            case CacheLookup.Hit(byte[] bytes) -> {
                answer = bytes;
                answerEnd = question.get().end();
                yield true;
            }
            case CacheLookup.Miss(CacheTicket given) -> {
                ticket = given;
                yield false;
            }
            case CacheLookup.Pass() -> false;
        };
    }

    private void readSettings() {
        Profile profile = session.server().profile();
        Reported reported = session.replies().known();
        boolean same = profileSeen != null
                && reportedSeen != null
                && Interner.same(profileSeen, profile)
                && Interner.same(reportedSeen, reported);
        if (same) {
            return;
        }
        profileSeen = profile;
        reportedSeen = reported;
        readability = Readability.of(reported.values());
        Consistency consistency = profile.statement(Routing.CONSISTENCY)
                .flatMap(statement -> Consistency.parse(SettingNames.value(statement)))
                .orElse(firstConsistency);
        scope = consistency == Consistency.STRICT
                ? Optional.empty()
                : CacheScope.of(login, session.site().database(), profile, reported);
    }

    /** Answers the request that {@link #look} has found an answer for. Says where it ends. */
    int serve(ByteBuf in, int from) {
        byte[] bytes = answer;
        if (bytes == null) {
            throw new IllegalStateException("there is no answer to give");
        }
        answer = null;
        looked = false;
        questions.answered(in, from);
        session.client().write(Unpooled.wrappedBuffer(bytes));
        session.meter().sent();
        session.meter().answered((byte) 'I');
        return answerEnd;
    }

    /** The answer to the request at hand is to be kept: it must come from the primary. */
    boolean isKeeping() {
        return ticket != null;
    }

    // ---- while a request is on its way

    /**
     * A message goes to the server at hand.
     *
     * @param within the messages of an extended request have begun already
     */
    void forwarded(boolean within) {
        if (cache.isEmpty() || within) {
            return;
        }
        if (captured != null || !looked) {
            // Two answers could arrive together, or what is asked was not looked at.
            abandon();
        }
        writes |= !looked;
        looked = false;
        CacheTicket given = ticket;
        if (given != null) {
            boolean there = session.server().expectsPrimary()
                    && given.place().equals(session.server().place());
            if (there) {
                captured = session.client().buffer();
            } else {
                ticket = null;
            }
        }
    }

    /** The server has sent a message that is not a row. What is more than an answer cannot be given again. */
    void received(byte type) {
        if (captured == null) {
            return;
        }
        switch (type) {
            case BackendType.PARSE_COMPLETE,
                    BackendType.BIND_COMPLETE,
                    BackendType.PARAMETER_DESCRIPTION,
                    BackendType.ROW_DESCRIPTION,
                    BackendType.NO_DATA,
                    BackendType.COMMAND_COMPLETE,
                    BackendType.PORTAL_SUSPENDED,
                    BackendType.READY_FOR_QUERY -> {}
            default -> abandon();
        }
    }

    /** The client gets these bytes. */
    void written(ByteBuf bytes) {
        ByteBuf before = captured;
        if (before == null) {
            return;
        }
        int most = cache.map(used -> used.settings().largestAnswerBytes()).orElse(0);
        if (before.readableBytes() + bytes.readableBytes() > most) {
            cache.ifPresent(used -> used.count(CacheBypass.TOO_LONG));
            abandon();
        } else {
            before.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
    }

    /** Everything that was asked is answered. */
    void answered() {
        if (!active) {
            return;
        }
        ByteBuf whole = captured;
        CacheTicket given = ticket;
        if (whole != null && given != null && session.conversation().atRest() && endsIdle(whole)) {
            byte[] bytes = new byte[whole.readableBytes()];
            whole.readBytes(bytes);
            cache.ifPresent(used -> used.keep(given, bytes));
        }
        if (whole != null) {
            abandon();
        }
        if (writes && session.conversation().atRest()) {
            writes = false;
            cache.ifPresent(committed::committed);
        }
    }

    /** The last message is ReadyForQuery, outside a transaction. */
    private static boolean endsIdle(ByteBuf whole) {
        int end = whole.writerIndex();
        return end >= 6 && whole.getByte(end - 6) == BackendType.READY_FOR_QUERY && whole.getByte(end - 1) == 'I';
    }

    /** The answer at hand is not kept: the server is lost, or the request goes elsewhere. */
    void abandon() {
        ticket = null;
        if (captured != null) {
            captured.release();
            captured = null;
        }
    }

    /** The request was answered by the gateway itself. */
    void forget() {
        looked = false;
        abandon();
    }
}
