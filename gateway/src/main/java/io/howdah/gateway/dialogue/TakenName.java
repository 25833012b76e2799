package io.howdah.gateway.dialogue;

/** A Parse that the server will refuse because the client has a statement of this name already. */
record TakenName(String name) {}
