package io.howdah.server.address;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.address.AddressAnswer;
import io.howdah.kernel.address.AddressLedger;
import io.howdah.kernel.address.AddressTimes;
import io.howdah.kernel.address.Contestant;
import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a node grants virtual addresses to gateways, one request at a time. */
@ThreadSafe
public final class AddressDesk {
    private static final Logger LOG = LoggerFactory.getLogger(AddressDesk.class);

    private final LongSupplier clockMillis;

    @GuardedBy("this")
    private AddressLedger ledger;

    /** @param clockMillis monotonic */
    public AddressDesk(NodeId self, LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
        this.ledger = AddressLedger.begin(AddressTimes.USUAL, self, clockMillis.getAsLong());
    }

    /**
     * Answers a gateway's request.
     *
     * @param members of the newest rule in the node's log
     * @throws io.howdah.server.http.MalformedDocumentException when it is none
     */
    public synchronized String answer(String request, SortedSet<NodeId> members) {
        long nowMillis = clockMillis.getAsLong();
        Map<String, Contestant> before = ledger.holders(nowMillis);
        AddressLedger.Outcome outcome =
                ledger.withMembers(members, nowMillis).answer(AddressJson.readRequest(request), nowMillis);
        ledger = outcome.ledger();
        AddressAnswer answer = outcome.answer();
        ledger.holders(nowMillis).forEach((address, holder) -> {
            if (!holder.equals(before.get(address))) {
                LOG.info("{} may carry {} as far as this node is concerned", holder.gateway(), address);
            }
        });
        return AddressJson.write(answer);
    }

    /** Who has this node's grant for each address. */
    public synchronized List<AddressGrant> grants() {
        List<AddressGrant> grants = new ArrayList<>();
        ledger.holders(clockMillis.getAsLong())
                .forEach((address, holder) -> grants.add(new AddressGrant(address, holder.gateway())));
        return grants;
    }
}
