package io.howdah.gateway.pool;

import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.protocol.Verdict;
import io.netty.buffer.ByteBuf;

/** Who has a connection at the moment, as its {@link BackendReader} sees it. Called on the event loop. */
public interface ReplySink {
    /** Judges a message that is no row; its body lies in {@code [start, end)}, perhaps without its end. */
    Verdict received(byte type, ByteBuf in, int start, int end);

    /** A row, or copied data, comes. */
    void dataComes(long length);

    /** Rows and copy data that come now answer a request of the gateway's own. */
    boolean swallowsData();

    /** The next row is not just to be passed on. */
    boolean wantsRow();

    /** Reads such a row. */
    Verdict row(ByteBuf in, int start, int end);

    /** The gateway owes the client an answer, and its turn has come. */
    boolean owesAnswer();

    void answerOwed();

    /** Writes what the client gets instead of the error or row at hand. */
    void replace();

    /** Writes the error at hand with the client's own name of a prepared statement. */
    void renameError(ByteBuf in, int start, int end);

    /** One of the gateway's own requests was answered up to its ReadyForQuery. */
    void ownRequestAnswered();

    /** The bytes at hand were read, and a request was answered in full. */
    void atBoundary();

    /** The bytes at hand were read, and no request was answered in full. */
    void betweenBoundaries();

    /** Takes bytes over on their way to the client. */
    void write(ByteBuf bytes);

    void flush();

    /** The server takes no more at the moment, or does again. */
    void serverFull(boolean full);

    /** The connection is of no use any more. */
    void serverGone(String how);

    /** The server ended the connection with an error. */
    void serverEnds(ErrorGlance error);

    /** The server committed without the quorum that it should have waited for. */
    void unconfirmedCommit();
}
