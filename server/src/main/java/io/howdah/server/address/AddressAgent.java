package io.howdah.server.address;

import io.howdah.kernel.address.AddressContender;
import io.howdah.kernel.address.AddressEffect;
import io.howdah.kernel.address.AddressInput;
import io.howdah.kernel.address.AddressPhase;
import io.howdah.kernel.address.AddressRequest;
import io.howdah.kernel.address.AddressTimes;
import io.howdah.kernel.address.Contestant;
import io.howdah.kernel.model.GatewayId;
import io.howdah.server.configuration.CarriedAddress;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.configuration.VirtualAddress;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a virtual address for a gateway when the nodes let it. One thread decides, one runs commands one after the other, and each
 * request to a node has a virtual thread of its own.
 */
public final class AddressAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AddressAgent.class);
    private static final Duration CALL_LIMIT = Duration.ofMillis(500);
    private static final String PATH = "/v1/orders/address";
    private static final int RUN_BYTES = 8;
    private static final int MOST_REFUSALS = 5;

    private final VirtualAddress address;
    private final Contestant self;
    private final String secret;
    private final AddressCommands commands;
    private final AddressUser user;
    private final LongSupplier clockMillis;
    private final HttpCaller caller = new HttpCaller(CALL_LIMIT);
    private final AddressContender contender;
    private final BlockingQueue<AddressInput> inputs = new LinkedBlockingQueue<>();
    private final BlockingQueue<AddressEffect> orders = new LinkedBlockingQueue<>();
    private final Thread decider = Thread.ofPlatform().name("address").unstarted(this::decide);
    private final Thread worker = Thread.ofPlatform().name("address-commands").unstarted(this::work);
    private final Supplier<List<PeerEntry>> nodes;
    private volatile AddressView view; // written by the decider

    private boolean linkUp = true; // the decider's
    private String problem = ""; // the decider's
    private long taken; // the decider's
    private boolean served; // the worker's
    private int refusals; // the worker's

    /** @param nodes asked for anew with each round of requests */
    public AddressAgent(
            GatewayId gateway,
            CarriedAddress carried,
            Supplier<List<PeerEntry>> nodes,
            String secret,
            SecureRandom random,
            AddressUser user) {
        this.address = carried.address();
        this.self = new Contestant(gateway, run(random), carried.priority());
        this.nodes = nodes;
        this.secret = secret;
        this.clockMillis = new HostClock();
        this.commands = new AddressCommands(address, clockMillis);
        this.user = user;
        this.contender = new AddressContender(
                address.toString(),
                self,
                TimeUnit.SECONDS.toMillis(address.preemptAfterSeconds()),
                AddressTimes.USUAL,
                random);
        this.view = view(Optional.empty());
    }

    private static String run(SecureRandom random) {
        byte[] bytes = new byte[RUN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Begins to ask. What a former run of this gateway left on the interface is the kernel's to take off. */
    public void start() {
        worker.start();
        decider.start();
        LOG.info("shares {} on {} with other gateways, priority {}", address, address.network(), self.priority());
    }

    public AddressView view() {
        return view;
    }

    /** Takes the address off and tells the nodes that it is free. */
    @Override
    public void close() {
        decider.interrupt();
        worker.interrupt();
        try {
            decider.join();
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (served) {
            user.leaving(address.address());
        }
        if (view.phase() != AddressPhase.WATCHING && commands.drop()) {
            AddressRequest farewell = contender.farewell();
            nodes.get().stream()
                    .map(node -> Thread.ofVirtual().start(() -> ask(node, farewell)))
                    .toList()
                    .forEach(AddressAgent::join);
        }
    }

    private static void join(Thread call) {
        try {
            call.join(CALL_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- deciding

    private void decide() {
        try {
            while (true) {
                long waitMillis = contender.wakeAtMillis(clockMillis.getAsLong()) - clockMillis.getAsLong();
                AddressInput input = inputs.poll(Math.clamp(waitMillis, 1, 1_000), TimeUnit.MILLISECONDS);
                watchLink();
                step(input == null ? new AddressInput.Tick() : input);
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer shares {}", address);
        }
    }

    private void watchLink() {
        boolean up = commands.hasLink();
        if (up != linkUp) {
            linkUp = up;
            if (!up) {
                LOG.warn(
                        "cannot carry {}: the interface {} is absent, down or without a link",
                        address,
                        address.network());
                problem = "the interface " + address.network() + " has no link";
            }
            step(new AddressInput.Link(up));
        }
    }

    private void step(AddressInput input) {
        note(input);
        AddressPhase before = contender.phase();
        for (AddressEffect effect : contender.step(clockMillis.getAsLong(), input)) {
            switch (effect) {
                case AddressEffect.Ask ask ->
                    nodes.get()
                            .forEach(node -> Thread.ofVirtual()
                                    .name("address-at-" + node.node())
                                    .start(() -> ask(node, ask.request())));
                case AddressEffect.Carry carry -> orders.add(carry);
                case AddressEffect.LetGo letGo -> {
                    LOG.info("gives up {}: {}", address, letGo.reason());
                    orders.add(letGo);
                }
            }
        }
        if (before == AddressPhase.CLAIMING && contender.phase() == AddressPhase.HOLDING) {
            taken++;
            LOG.info("carries {} on {} now", address, address.network());
        }
        view = view(contender.holder(clockMillis.getAsLong()));
    }

    private void note(AddressInput input) {
        if (input instanceof AddressInput.Carried carried) {
            switch (carried.outcome()) {
                case DONE -> problem = "";
                case TOO_LATE -> LOG.debug("a command for {} came too late", address);
                case FAILED -> {
                    problem = carried.reason();
                    LOG.warn("cannot carry {}: {}", address, carried.reason());
                }
            }
        }
    }

    private AddressView view(Optional<Contestant> holder) {
        return new AddressView(
                address.toString(), address.network(), self.priority(), contender.phase(), holder, taken, problem);
    }

    private void ask(PeerEntry node, AddressRequest request) {
        try {
            HttpAnswer answer = caller.post(
                    new Endpoint(node.host(), node.apiPort(), secret), PATH, AddressJson.write(request), CALL_LIMIT);
            if (answer.successful()) {
                inputs.add(new AddressInput.Heard(AddressJson.readAnswer(answer.body())));
            } else {
                LOG.debug("{} answers {} about {}", node.node(), answer.status(), address);
            }
        } catch (UnreachableException | MalformedDocumentException e) {
            LOG.debug("{} says nothing about {}: {}", node.node(), address, e.getMessage());
        }
    }

    // ---- commands

    private void work() {
        commands.rehearse();
        try {
            while (true) {
                switch (orders.take()) {
                    case AddressEffect.Carry carry -> inputs.add(carry(carry));
                    case AddressEffect.LetGo _ -> {
                        leave();
                        inputs.add(new AddressInput.Gone(commands.drop()));
                    }
                    case AddressEffect.Ask _ -> throw new IllegalStateException("not a command");
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("no more commands for {}", address);
        }
    }

    private AddressInput carry(AddressEffect.Carry order) {
        AddressInput.Carried carried = commands.carry(order.byMillis(), order.first());
        return carried.outcome() == AddressInput.Outcome.DONE && !served ? serve(carried) : carried;
    }

    /** A late command may have been undone by the kernel already: only when it goes on so is the address of no use here. */
    private AddressInput serve(AddressInput.Carried carried) {
        try {
            user.arrived(address.address());
            served = true;
            refusals = 0;
            return carried;
        } catch (RuntimeException e) {
            refusals++;
            return refusals < MOST_REFUSALS
                    ? carried
                    : new AddressInput.Carried(AddressInput.Outcome.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void leave() {
        if (served) {
            served = false;
            user.leaving(address.address());
        }
    }
}
