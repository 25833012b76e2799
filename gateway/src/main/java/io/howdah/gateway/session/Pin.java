package io.howdah.gateway.session;

/** A kind of session state that lives on one server and cannot be moved. */
enum Pin {
    LISTEN("its LISTEN registrations"),
    TEMPORARY_OBJECT("temporary tables"),
    HOLDABLE_CURSOR("cursors WITH HOLD"),
    ADVISORY_LOCK("session advisory locks"),
    TOO_MUCH_STATE("more prepared statements or settings than the gateway remembers"),
    UNREADABLE("replies that the gateway could not match to requests");

    private final String words;

    Pin(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
