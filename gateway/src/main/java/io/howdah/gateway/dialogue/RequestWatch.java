package io.howdah.gateway.dialogue;

import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.state.StatementEntry;
import io.netty.buffer.ByteBuf;

/** Sees which statements a client's requests are made of. Called for everything that goes to a server, so it must cost next to nothing. */
public interface RequestWatch {
    /**
     * A text, in a Query or a Parse.
     *
     * @param unnamed it becomes the unnamed statement
     */
    void text(ByteBuf in, int from, int to, boolean unnamed);

    /** A Bind of the unnamed statement. */
    void unnamed();

    /** A Bind of a statement that was prepared before. */
    void prepared(StatementEntry entry);

    /** A statement is executed that succeeds only when nobody is connected to a database. */
    void needsEmptyDatabase(Statement statement);

    /** Something of the request is executed. */
    void executes();

    /** The request is complete: one ReadyForQuery answers it. */
    void ends();
}
