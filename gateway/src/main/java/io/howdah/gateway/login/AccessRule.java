package io.howdah.gateway.login;

import java.util.List;

/**
 * One line of an HBA file.
 *
 * @param line where it stands
 * @param transport which connections it is about
 * @param databases names, {@code all} or {@code sameuser}
 * @param users names or {@code all}
 * @param addresses where clients may come from
 * @param method how they prove who they are
 * @param certificate what is asked of a client's certificate besides
 */
record AccessRule(
        int line,
        Transport transport,
        List<String> databases,
        List<String> users,
        AddressRange addresses,
        Method method,
        Certificate certificate) {
    enum Transport {
        /** Unix sockets, on which the gateway does not listen. */
        LOCAL,
        ANY,
        ENCRYPTED,
        CLEAR_TEXT
    }

    enum Method {
        SCRAM,
        TRUST,
        /** The client's certificate names the role. */
        CERTIFICATE,
        REJECT
    }

    enum Certificate {
        NONE,
        /** It must show one that is signed by the authority. */
        VERIFIED,
        /** And it must name the role. */
        NAMES_ROLE
    }

    AccessRule {
        databases = List.copyOf(databases);
        users = List.copyOf(users);
    }

    boolean fits(byte[] address, boolean encrypted, String database, String user) {
        boolean carried = switch (transport) {
            case LOCAL -> false;
            case ANY -> true;
            case ENCRYPTED -> encrypted;
            case CLEAR_TEXT -> !encrypted;
        };
        return carried && fitsDatabase(database, user) && fitsUser(user) && addresses.contains(address);
    }

    private boolean fitsDatabase(String database, String user) {
        return databases.contains("all")
                || databases.contains(database)
                || (databases.contains("sameuser") && database.equals(user));
    }

    private boolean fitsUser(String user) {
        return users.contains("all") || users.contains(user);
    }
}
