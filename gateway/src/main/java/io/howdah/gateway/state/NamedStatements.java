package io.howdah.gateway.state;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's prepared statements by name. Looks names up in the message itself, because a Bind must not cost an allocation. */
public final class NamedStatements {
    private @Nullable ClientStatement[] buckets = new ClientStatement[8];
    private int size;

    @Nullable
    public ClientStatement find(ByteBuf in, int from, int to) {
        ClientStatement statement = buckets[hash(in, from, to) & (buckets.length - 1)];
        while (statement != null && !statement.isNamed(in, from, to)) {
            statement = statement.next;
        }
        return statement;
    }

    @Nullable
    public ClientStatement find(String name) {
        ClientStatement statement = buckets[name.hashCode() & (buckets.length - 1)];
        while (statement != null && !statement.name().equals(name)) {
            statement = statement.next;
        }
        return statement;
    }

    public void add(ClientStatement statement) {
        if (size >= buckets.length) {
            grow();
        }
        insert(statement);
        size++;
    }

    private void insert(ClientStatement statement) {
        int index = statement.name().hashCode() & (buckets.length - 1);
        statement.next = buckets[index];
        buckets[index] = statement;
    }

    public void remove(ClientStatement gone) {
        int index = gone.name().hashCode() & (buckets.length - 1);
        ClientStatement statement = buckets[index];
        ClientStatement before = null;
        while (statement != null) {
            if (statement == gone) {
                if (before == null) {
                    buckets[index] = gone.next;
                } else {
                    before.next = gone.next;
                }
                size--;
                return;
            }
            before = statement;
            statement = statement.next;
        }
    }

    public void forEach(Consumer<ClientStatement> action) {
        for (ClientStatement bucket : buckets) {
            ClientStatement statement = bucket;
            while (statement != null) {
                ClientStatement following = statement.next;
                action.accept(statement);
                statement = following;
            }
        }
    }

    private void grow() {
        @Nullable ClientStatement[] old = buckets;
        buckets = new ClientStatement[old.length * 4];
        for (ClientStatement bucket : old) {
            ClientStatement statement = bucket;
            while (statement != null) {
                ClientStatement following = statement.next;
                insert(statement);
                statement = following;
            }
        }
    }

    /** As {@link String#hashCode} of the name with one character per byte. */
    private static int hash(ByteBuf in, int from, int to) {
        int hash = 0;
        for (int position = from; position < to; position++) {
            hash = 31 * hash + (in.getByte(position) & 0xff);
        }
        return hash;
    }
}
