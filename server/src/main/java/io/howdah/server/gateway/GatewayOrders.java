package io.howdah.server.gateway;

/** What admin, and the process that takes a gateway's place, may ask of it. Called on a virtual thread each; may block. */
interface GatewayOrders {
    /** A document. */
    String status();

    /** An order that concerns this process: answers with a document. Throws {@link io.howdah.server.http.ProblemException}. */
    String order(String name, String body);
}
