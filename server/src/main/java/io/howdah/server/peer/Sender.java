package io.howdah.server.peer;

import io.howdah.kernel.model.NodeId;

/**
 * Who sends messages: a node's name, and the process that goes by it. Names can be copied with a directory; two processes never share
 * all three of address, port and number.
 *
 * @param processId of the node's own process
 * @param host where it listens
 * @param apiPort where it listens
 */
public record Sender(NodeId node, long processId, String host, int apiPort) {
    public static final String NODE_HEADER = "X-Howdah-Node";
    public static final String PROCESS_HEADER = "X-Howdah-Process";

    /** The process in one word, as it stands in the header of its messages. */
    public String process() {
        return processId + "@" + host + ":" + apiPort;
    }
}
