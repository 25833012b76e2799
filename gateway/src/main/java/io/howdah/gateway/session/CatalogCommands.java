package io.howdah.gateway.session;

import io.howdah.gateway.sql.CatalogCommand;
import io.howdah.gateway.sql.Statement;

/**
 * Does for the gateway's other connections what a client's command on a database or a role asks of them. PostgreSQL wants nobody connected to a
 * database that is dropped, renamed or copied, and waits five seconds for those who are to leave (CountOtherDBBackends); so the connections
 * that nobody uses are closed while it waits. New defaults are for new connections: those that were made before are not lent any more.
 */
final class CatalogCommands {
    private final Session session;
    private final Worker worker;

    CatalogCommands(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
    }

    /** A command goes to the server that succeeds only when nobody is connected to a database. */
    void needsEmptyDatabase(Statement statement) {
        CatalogCommand command = CatalogCommand.read(statement);
        worker.allotments().closeIdle(key -> command.isAbout(key.databaseThere(), key.role()));
    }

    /** Between transactions: what has been committed is what new connections begin with. */
    void settle() {
        for (Statement statement : session.conversation().state().takeNewDefaults()) {
            CatalogCommand command = CatalogCommand.read(statement);
            command.role()
                    .ifPresent(role -> session.cluster().access().verifiers().changed(role));
            // After a change of the password clients that logged in with the former one need the connections that there
            // are.
            if (command.settings()) {
                worker.allotments().renew(key -> command.isAbout(key.databaseThere(), key.role()));
            }
        }
    }
}
