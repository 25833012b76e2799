package io.howdah.kernel.address;

import io.howdah.kernel.model.GatewayId;
import java.util.ArrayDeque;
import java.util.Deque;

/** A gateway's process and the kernel of its host. A frozen process does nothing; its kernel goes on. */
final class SimulatedGateway {
    private final AddressWorld world;
    private final int index;
    private final int priority;
    private final double rate;
    private final double offsetMillis;
    private final Deque<AddressEffect> commands = new ArrayDeque<>();
    private AddressContender contender;
    private int run;
    private double frozenUntilMillis;
    private double deadUntilMillis;
    private double hasAddressUntilMillis;
    private boolean busy;

    SimulatedGateway(AddressWorld world, int index, int priority) {
        this.world = world;
        this.index = index;
        this.priority = priority;
        this.rate = world.uniform(0.996, 1.004);
        this.offsetMillis = world.uniform(0, 1e7);
        this.contender = begin();
    }

    private AddressContender begin() {
        run++;
        busy = false;
        commands.clear();
        AddressContender fresh = new AddressContender(
                AddressWorld.ADDRESS,
                new Contestant(new GatewayId(name()), "run" + run, priority),
                world.preemptAfterMillis,
                world.gatewayTimes,
                world.random);
        int mine = run;
        world.after(world.uniform(0, 50), () -> tick(mine));
        return fresh;
    }

    String name() {
        return "gateway" + (index + 1);
    }

    AddressPhase phase() {
        return contender.phase();
    }

    boolean carries() {
        return hasAddressUntilMillis > world.now();
    }

    double hasAddressUntil() {
        return hasAddressUntilMillis;
    }

    private long clock() {
        return (long) (world.now() * rate + offsetMillis);
    }

    /** Runs what the process does as soon as it is awake; never, if it has been killed meanwhile. */
    private void inProcess(int ofRun, Runnable what) {
        if (ofRun != run || world.now() < deadUntilMillis) {
            return;
        }
        if (world.now() < frozenUntilMillis) {
            world.after(frozenUntilMillis - world.now(), () -> inProcess(ofRun, what));
            return;
        }
        what.run();
    }

    private void tick(int ofRun) {
        inProcess(ofRun, () -> {
            step(new AddressInput.Tick());
            long waitMillis = Math.max(1, contender.wakeAtMillis(clock()) - clock());
            world.after((double) waitMillis, () -> tick(ofRun));
        });
    }

    private void step(AddressInput input) {
        for (AddressEffect effect : contender.step(clock(), input)) {
            switch (effect) {
                case AddressEffect.Ask ask -> send(ask.request());
                case AddressEffect.Carry _, AddressEffect.LetGo _ -> commands.add(effect);
            }
        }
        if (!busy && !commands.isEmpty()) {
            busy = true;
            begin(commands.remove());
        }
    }

    private void send(AddressRequest request) {
        int mine = run;
        world.nodes.forEach(node -> world.deliver(
                index,
                world.nodes.indexOf(node),
                () -> node.receive(
                        index, request, answer -> inProcess(mine, () -> step(new AddressInput.Heard(answer))))));
    }

    /** The command is a process of its own: it goes on when the gateway is frozen or killed, or is frozen with it. */
    private void begin(AddressEffect command) {
        int mine = run;
        boolean frozenTogether = world.random.nextBoolean();
        world.after(world.delay(40, 10, 3_000), () -> {
            double wait = frozenTogether ? Math.max(0, frozenUntilMillis - world.now()) : 0;
            world.after(wait, () -> run(mine, command));
        });
    }

    private void run(int ofRun, AddressEffect command) {
        AddressInput ended = switch (command) {
            case AddressEffect.Carry carry -> carry(carry.byMillis());
            case AddressEffect.LetGo _ -> {
                hasAddressUntilMillis = world.now();
                yield new AddressInput.Gone(true);
            }
            case AddressEffect.Ask _ -> throw new AssertionError("not a command");
        };
        inProcess(ofRun, () -> {
            busy = false;
            step(ended);
        });
    }

    private AddressInput carry(long byMillis) {
        if (clock() >= byMillis) {
            return new AddressInput.Carried(AddressInput.Outcome.TOO_LATE, "");
        }
        double late = world.random.nextInt(4) == 0 ? world.uniform(0, 1_050) : world.uniform(0, 250);
        hasAddressUntilMillis = world.now() + (1_000 + late) / rate;
        world.addressesChanged();
        return new AddressInput.Carried(AddressInput.Outcome.DONE, "");
    }

    void freeze(double millis) {
        frozenUntilMillis = world.now() + millis;
    }

    void kill(double downMillis) {
        run++;
        int dead = run;
        deadUntilMillis = world.now() + downMillis;
        world.after(downMillis, () -> {
            if (run == dead) {
                contender = begin();
            }
        });
    }

    void link(boolean up) {
        int mine = run;
        inProcess(mine, () -> step(new AddressInput.Link(up)));
    }
}
