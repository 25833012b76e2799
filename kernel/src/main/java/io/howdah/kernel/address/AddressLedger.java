package io.howdah.kernel.address;

import io.howdah.kernel.address.AddressAnswer.Candidate;
import io.howdah.kernel.address.AddressRequest.Wish;
import io.howdah.kernel.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one node has granted. Kept in memory only: a node that starts makes no grant until every grant of its last run must have ended.
 *
 * <p>The same wait follows each change of its members. Thereby two gateways that count majorities of different rules still exclude each
 * other: whoever is granted an address under a rule, that rule was in the grantors' logs for a whole lease, and of two rules that follow
 * each other a majority of the first knew the second before a third could be written.
 *
 * @param quietUntilMillis until when nobody new is granted anything
 * @param accounts by address
 */
public record AddressLedger(
        AddressTimes times,
        NodeId node,
        SortedSet<NodeId> members,
        long quietUntilMillis,
        Map<String, Account> accounts) {
    private static final int FORGET_AFTER_LEASES = 4;

    public AddressLedger {
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
        accounts = Collections.unmodifiableMap(new TreeMap<>(accounts));
    }

    /** One address. */
    public record Account(Optional<Grant> grant, List<Voice> voices) {
        static final Account EMPTY = new Account(Optional.empty(), List.of());

        public Account {
            voices = List.copyOf(voices);
        }
    }

    /** @param untilMillis on this node's clock */
    public record Grant(Contestant holder, long untilMillis) {}

    /**
     * A gateway as last heard.
     *
     * @param sinceMillis from when on it has been willing and never silent for long
     */
    public record Voice(Contestant who, boolean willing, long sinceMillis, long lastMillis, long sequence) {}

    /** An answer and what the node has granted after it. */
    public record Outcome(AddressLedger ledger, AddressAnswer answer) {}

    /** Of a node that starts. */
    public static AddressLedger begin(AddressTimes times, NodeId node, long nowMillis) {
        return new AddressLedger(times, node, new TreeSet<>(), nowMillis + times.leaseMillis(), Map.of());
    }

    /** With the members that the node's newest rule names now, or named not longer than {@link AddressTimes#freshMillis} ago. */
    public AddressLedger withMembers(SortedSet<NodeId> now, long nowMillis) {
        return now.equals(members)
                ? this
                : new AddressLedger(times, node, now, nowMillis + times.leaseMillis() + times.freshMillis(), accounts);
    }

    /** Who has this node's grant for each address. */
    public Map<String, Contestant> holders(long nowMillis) {
        Map<String, Contestant> holders = new TreeMap<>();
        accounts.forEach((address, account) -> account.grant()
                .filter(grant -> nowMillis < grant.untilMillis())
                .ifPresent(grant -> holders.put(address, grant.holder())));
        return holders;
    }

    /** Decides on one request. */
    public Outcome answer(AddressRequest request, long nowMillis) {
        Account account = accounts.getOrDefault(request.address(), Account.EMPTY);
        Optional<Voice> known = account.voices().stream()
                .filter(voice -> voice.who().isSameRun(request.from()))
                .findFirst();
        boolean late = known.isPresent() && request.sequence() <= known.get().sequence();
        Optional<Grant> inForce = account.grant().filter(grant -> nowMillis < grant.untilMillis());
        Account next =
                late ? new Account(inForce, account.voices()) : heard(account, known, request, inForce, nowMillis);
        boolean granted = !late
                && request.wish() == Wish.HOLD
                && next.grant()
                        .filter(grant -> grant.holder().isSameRun(request.from()))
                        .isPresent();
        Map<String, Account> changed = new HashMap<>(accounts);
        changed.put(request.address(), next);
        return new Outcome(
                new AddressLedger(times, node, members, quietUntilMillis, changed),
                new AddressAnswer(
                        node,
                        request.sequence(),
                        members,
                        granted,
                        next.grant().map(Grant::holder),
                        freeAfter(next, nowMillis),
                        candidates(next, nowMillis)));
    }

    private Account heard(
            Account account, Optional<Voice> known, AddressRequest request, Optional<Grant> inForce, long nowMillis) {
        boolean own = inForce.filter(grant -> grant.holder().isSameRun(request.from()))
                .isPresent();
        Optional<Grant> grant = switch (request.wish()) {
            case HOLD ->
                own || (inForce.isEmpty() && nowMillis >= quietUntilMillis)
                        ? Optional.of(new Grant(request.from(), nowMillis + times.leaseMillis()))
                        : inForce;
            case RELEASE -> own ? Optional.empty() : inForce;
            case WATCH, ABSTAIN -> inForce;
        };
        boolean willing = request.wish() != Wish.ABSTAIN;
        boolean continues = willing
                && known.filter(voice -> voice.willing() && isFresh(voice, nowMillis))
                        .isPresent();
        List<Voice> voices = new ArrayList<>(account.voices().stream()
                .filter(voice -> !voice.who().isSameRun(request.from()))
                .filter(voice -> nowMillis - voice.lastMillis() < FORGET_AFTER_LEASES * times.leaseMillis())
                .toList());
        voices.add(new Voice(
                request.from(),
                willing,
                continues ? known.get().sinceMillis() : nowMillis,
                nowMillis,
                request.sequence()));
        return new Account(grant, voices);
    }

    private long freeAfter(Account account, long nowMillis) {
        long grantEnd = account.grant().map(Grant::untilMillis).orElse(nowMillis);
        return Math.max(0, Math.max(grantEnd, quietUntilMillis) - nowMillis);
    }

    private List<Candidate> candidates(Account account, long nowMillis) {
        return account.voices().stream()
                .filter(voice -> voice.willing() && isFresh(voice, nowMillis))
                .map(voice -> new Candidate(voice.who(), nowMillis - voice.sinceMillis()))
                .sorted(Comparator.comparing(Candidate::who, Contestant.BETTER))
                .toList();
    }

    private boolean isFresh(Voice voice, long nowMillis) {
        return nowMillis - voice.lastMillis() <= times.freshMillis();
    }
}
