package io.howdah.kernel.address;

import io.howdah.kernel.address.AddressAnswer.Candidate;
import io.howdah.kernel.address.AddressRequest.Wish;
import io.howdah.kernel.address.Words.Word;
import io.howdah.kernel.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * One gateway's part in who carries a virtual address: a state machine without I/O. It claims the address when a majority of the nodes
 * could grant it and no better gateway is there to take it, carries it as long as a majority's grants last, counted from before they
 * were asked for, and hands it over to a better gateway that has been well for a while.
 *
 * <p>Each command that makes the kernel keep the address comes with the moment after which it must not run, chosen so that the kernel
 * takes the address away before the grants end even if this process never runs again.
 *
 * <p>Used by one thread. Times are milliseconds of one monotonic clock that goes on while the machine is suspended.
 */
public final class AddressContender {
    private static final int REMEMBERED_ROUNDS = 16;
    private static final int MOST_LATE_COMMANDS = 5;
    /** Before the end of the grants: when hope for new ones is given up. */
    private static final long LAST_MOMENT_MILLIS = 500;
    /** A command that could not be begun in this time need not be asked for. */
    private static final long COMMAND_MILLIS = 20;
    /** Clocks of node and gateway differ a little over the length of a lease. */
    private static final long ROUNDING_MILLIS = 5;

    private final String address;
    private final Contestant self;
    private final long preemptAfterMillis;
    private final AddressTimes times;
    private final RandomGenerator random;
    private final Map<NodeId, Word> latest = new HashMap<>();
    private final Map<NodeId, Word> granted = new HashMap<>();
    private final TreeMap<Long, Long> askedAt = new TreeMap<>();

    private AddressPhase phase = AddressPhase.WATCHING;
    private boolean linkUp = true;
    private long sequence;
    private long claimSequence;
    private long claimedAtMillis;
    private long nextAskAtMillis = Long.MIN_VALUE;
    private long backOffUntilMillis = Long.MIN_VALUE;
    private long unwillingUntilMillis = Long.MIN_VALUE;
    private long carriedAtMillis;
    private long commandAtMillis;
    private boolean commandRuns;
    private int lateCommands;
    private boolean forABetterOne;

    /** @param preemptAfterMillis for how long a gateway of higher priority must have been well before it gets the address */
    public AddressContender(
            String address, Contestant self, long preemptAfterMillis, AddressTimes times, RandomGenerator random) {
        this.address = address;
        this.self = self;
        this.preemptAfterMillis = preemptAfterMillis;
        this.times = times;
        this.random = random;
    }

    public AddressPhase phase() {
        return phase;
    }

    /** Whom a majority of the nodes lets carry the address, as far as this gateway knows. */
    public Optional<Contestant> holder(long nowMillis) {
        List<Word> fresh = fresh(nowMillis);
        return fresh.stream()
                .flatMap(word -> word.answer().holder().stream())
                .filter(holder -> Words.agree(fresh, isHeldBy(holder)))
                .findFirst();
    }

    /** What tells the nodes that the gateway has ended and its host does not have the address. */
    public AddressRequest farewell() {
        return new AddressRequest(address, self, sequence + 1, Wish.RELEASE);
    }

    /** When the next {@link AddressInput.Tick} is due. */
    public long wakeAtMillis(long nowMillis) {
        OptionalLong free = phase == AddressPhase.WATCHING ? freeAt(nowMillis) : OptionalLong.empty();
        return Math.min(nextAskAtMillis, Math.max(free.orElse(nextAskAtMillis), backOffUntilMillis));
    }

    /** Takes in what happened and says what to do. */
    public List<AddressEffect> step(long nowMillis, AddressInput input) {
        List<AddressEffect> effects = new ArrayList<>();
        switch (input) {
            case AddressInput.Tick _ -> {
                // Only time.
            }
            case AddressInput.Link link -> linkUp = link.up();
            case AddressInput.Heard heard -> hear(nowMillis, heard.answer());
            case AddressInput.Carried carried -> carried(nowMillis, carried, effects);
            case AddressInput.Gone gone -> gone(nowMillis, gone.certain(), effects);
        }
        settle(nowMillis, effects);
        return effects;
    }

    private void hear(long nowMillis, AddressAnswer answer) {
        Long asked = askedAt.get(answer.sequence());
        if (asked == null) {
            return;
        }
        Word word = new Word(answer, asked, nowMillis);
        latest.merge(answer.node(), word, (old, newer) -> old.askedAtMillis() > newer.askedAtMillis() ? old : newer);
        if (answer.granted() && answer.sequence() >= claimSequence && phase.claims()) {
            granted.merge(
                    answer.node(), word, (old, newer) -> old.askedAtMillis() > newer.askedAtMillis() ? old : newer);
        }
    }

    private void carried(long nowMillis, AddressInput.Carried carried, List<AddressEffect> effects) {
        commandRuns = false;
        switch (carried.outcome()) {
            case DONE -> {
                carriedAtMillis = commandAtMillis;
                lateCommands = 0;
                if (phase == AddressPhase.CLAIMING) {
                    phase = AddressPhase.HOLDING;
                }
            }
            case TOO_LATE -> {
                // The next answers bring more time; if that never suffices the commands are at fault.
                lateCommands++;
                if (lateCommands >= MOST_LATE_COMMANDS) {
                    failed(nowMillis, "commands for the address always come too late", effects);
                }
            }
            case FAILED -> failed(nowMillis, carried.reason(), effects);
        }
    }

    private void failed(long nowMillis, String reason, List<AddressEffect> effects) {
        lateCommands = 0;
        unwillingUntilMillis = nowMillis + times.retryMillis();
        letGo(reason, effects);
    }

    private void gone(long nowMillis, boolean certain, List<AddressEffect> effects) {
        phase = AddressPhase.WATCHING;
        if (certain) {
            ask(nowMillis, Wish.RELEASE, effects);
            backOff(nowMillis, forABetterOne ? times.freshMillis() : 0);
        } else {
            // The kernel or the end of the grants, whichever is first: nobody else has the address before the latter.
            unwillingUntilMillis = nowMillis + times.retryMillis();
        }
    }

    private void settle(long nowMillis, List<AddressEffect> effects) {
        boolean willing = linkUp && nowMillis >= unwillingUntilMillis;
        switch (phase) {
            case WATCHING -> {
                if (willing && nowMillis >= backOffUntilMillis && isOurTurn(nowMillis)) {
                    phase = AddressPhase.CLAIMING;
                    granted.clear();
                    claimSequence = sequence + 1;
                    claimedAtMillis = nowMillis;
                    nextAskAtMillis = nowMillis;
                }
            }
            case CLAIMING, HOLDING -> hold(nowMillis, willing, effects);
            case LETTING_GO -> {
                // Until the command has ended.
            }
        }
        if (nowMillis >= nextAskAtMillis) {
            ask(nowMillis, phase.claims() ? Wish.HOLD : willing ? Wish.WATCH : Wish.ABSTAIN, effects);
        }
    }

    private void hold(long nowMillis, boolean willing, List<AddressEffect> effects) {
        OptionalLong until =
                Words.latestForMajority(granted.values(), word -> word.askedAtMillis() + times.usableMillis());
        long untilMillis = until.orElse(Long.MIN_VALUE);
        boolean holding = phase == AddressPhase.HOLDING;
        forABetterOne = holding && isBetterOneReady(nowMillis);
        if (!willing) {
            letGo(linkUp ? "the address could not be carried" : "the interface has no link", effects);
        } else if (forABetterOne) {
            letGo("a gateway of higher priority has been well for long enough", effects);
        } else if (holding && untilMillis - LAST_MOMENT_MILLIS <= nowMillis) {
            letGo("a majority of the nodes has not answered in time", effects);
        } else if (!holding && until.isEmpty() && nowMillis - claimedAtMillis > 2 * times.askMillis()) {
            giveUpClaim(nowMillis, effects);
        } else if (!holding && !until.isEmpty() && untilMillis <= nowMillis && !commandRuns) {
            giveUpClaim(nowMillis, effects);
        } else {
            carry(nowMillis, untilMillis, effects);
        }
    }

    private void carry(long nowMillis, long untilMillis, List<AddressEffect> effects) {
        boolean first = phase != AddressPhase.HOLDING;
        long byMillis = untilMillis - times.reserveMillis();
        boolean due = first || nowMillis - carriedAtMillis >= times.renewMillis();
        if (due && !commandRuns && untilMillis != Long.MIN_VALUE && byMillis > nowMillis + COMMAND_MILLIS) {
            commandRuns = true;
            commandAtMillis = nowMillis;
            effects.add(new AddressEffect.Carry(byMillis, first));
        }
    }

    /** Others were granted it by some: all let go, and the better one is the first to try again. */
    private void giveUpClaim(long nowMillis, List<AddressEffect> effects) {
        if (commandRuns) {
            letGo("the claim was not granted", effects);
            return;
        }
        phase = AddressPhase.WATCHING;
        ask(nowMillis, Wish.RELEASE, effects);
        backOff(nowMillis, 0);
    }

    private void letGo(String reason, List<AddressEffect> effects) {
        if (phase.claims()) {
            phase = AddressPhase.LETTING_GO;
            granted.clear();
            effects.add(new AddressEffect.LetGo(reason));
        }
    }

    private void backOff(long nowMillis, long atLeastMillis) {
        backOffUntilMillis = nowMillis + atLeastMillis + random.nextLong(times.askMillis());
    }

    private void ask(long nowMillis, Wish wish, List<AddressEffect> effects) {
        sequence++;
        // Not two at once: they could arrive in the other order, and the earlier one would not count.
        nextAskAtMillis = nowMillis + times.askMillis();
        askedAt.put(sequence, nowMillis);
        if (askedAt.size() > REMEMBERED_ROUNDS) {
            askedAt.pollFirstEntry();
        }
        effects.add(new AddressEffect.Ask(new AddressRequest(address, self, sequence, wish)));
    }

    // ---- what the nodes said

    private boolean isOurTurn(long nowMillis) {
        OptionalLong free = freeAt(nowMillis);
        return free.isPresent()
                && free.getAsLong() <= nowMillis
                && candidates(nowMillis).stream()
                        .map(Candidate::who)
                        .filter(other -> !other.isSameRun(self) && other.isBetterThan(self))
                        .noneMatch(better -> Words.agree(fresh(nowMillis), names(better, 0)));
    }

    private boolean isBetterOneReady(long nowMillis) {
        return candidates(nowMillis).stream()
                .map(Candidate::who)
                .filter(other -> other.priority() > self.priority())
                .anyMatch(better -> Words.agree(fresh(nowMillis), names(better, preemptAfterMillis)));
    }

    private List<Candidate> candidates(long nowMillis) {
        return fresh(nowMillis).stream()
                .flatMap(word -> word.answer().candidates().stream())
                .toList();
    }

    private static Predicate<Word> names(Contestant who, long healthyMillis) {
        return word -> word.answer().candidates().stream()
                .anyMatch(candidate -> candidate.who().isSameRun(who) && candidate.healthyMillis() >= healthyMillis);
    }

    private static Predicate<Word> isHeldBy(Contestant who) {
        return word -> word.answer().holder().filter(who::isSameRun).isPresent();
    }

    /** When a majority could grant the address. */
    private OptionalLong freeAt(long nowMillis) {
        return Words.firstForMajority(fresh(nowMillis), word -> {
            long after = word.answer().freeAfterMillis();
            boolean ours = isHeldBy(self).test(word);
            return after == 0 || ours ? word.heardAtMillis() : word.heardAtMillis() + after + ROUNDING_MILLIS;
        });
    }

    private List<Word> fresh(long nowMillis) {
        Collection<Word> all = latest.values();
        return all.stream()
                .filter(word -> nowMillis - word.heardAtMillis() <= times.freshMillis())
                .toList();
    }
}
