package io.howdah.testkit.scenario;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All scenarios, in the order in which they are played. */
public final class Scenarios {
    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                new PostmasterKilled(3),
                new NodeLost(),
                new LeaderFrozen(LeaderFrozen.Part.BOTH),
                new LeaderFrozen(LeaderFrozen.Part.POSTGRES),
                new LeaderFrozen(LeaderFrozen.Part.NODE_PROCESS),
                new LeaderIsolated(),
                new StandbyIsolated(),
                new MajorityIsolated(),
                new NodeProcessKilled(),
                new PlannedSwitchover(),
                new GracefulStops(),
                new SmartShutdown(),
                new LeadersDieInSequence(),
                new DivergedRejoins(),
                new KilledWhileRepaired(KilledWhileRepaired.Repair.REWIND, KilledWhileRepaired.Victim.EVERYTHING),
                new KilledWhileRepaired(KilledWhileRepaired.Repair.REWIND, KilledWhileRepaired.Victim.NODE_PROCESS),
                new KilledWhileRepaired(KilledWhileRepaired.Repair.CLONE, KilledWhileRepaired.Victim.EVERYTHING),
                new KilledWhileRepaired(KilledWhileRepaired.Repair.CLONE, KilledWhileRepaired.Victim.NODE_PROCESS),
                new CommitWaitCut(false),
                new CommitWaitCut(true),
                new TerminateNoise(),
                new UnconfirmedCommit(),
                new TimelineReuse(),
                new FalseConfirmation(),
                new LoweredDurability(),
                new PausedReplay(PausedReplay.Extent.ONE),
                new PausedReplay(PausedReplay.Extent.ALL),
                new ForeignData(),
                new SecondProcess(),
                new LogicalSlots(),
                new ClockJumps(),
                new AdminDead(),
                new SwitchoverRefusals(),
                new OldMessages(),
                new WrongSecret(),
                new EditedRule(),
                new RestoredPromise(),
                new DiskFull(true),
                new DiskFull(false));
    }

    /** Those of every build. */
    public static List<Scenario> quick() {
        return all().stream()
                .filter(scenario -> scenario.script().pace() == Scenario.Pace.QUICK)
                .toList();
    }

    /** Those whose ids begin with one of the words; all when there is none. */
    public static List<Scenario> named(List<String> words) {
        Set<String> wanted = new TreeSet<>(words);
        return all().stream()
                .filter(scenario ->
                        wanted.isEmpty() || matches(scenario.script().id(), wanted))
                .toList();
    }

    private static boolean matches(String id, Set<String> wanted) {
        return wanted.stream().anyMatch(word -> id.equalsIgnoreCase(word) || id.startsWith(word + "-"));
    }
}
