package io.howdah.gateway.login;

import java.util.List;
import java.util.Optional;

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
 * @param map which names of certificates or users of the system stand for which roles; without one they must be equal
 */
record AccessRule(
        int line,
        Transport transport,
        List<String> databases,
        List<String> users,
        AddressRange addresses,
        Method method,
        Certificate certificate,
        Optional<String> map) {
    enum Transport {
        /** Unix sockets. */
        LOCAL,
        ANY,
        ENCRYPTED,
        CLEAR_TEXT
    }

    enum Method {
        SCRAM,
        /** By md5 when the password is stored so, else by SCRAM. */
        MD5,
        TRUST,
        /** The operating system says which user is at the other end of a Unix socket. */
        PEER,
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

    /** @param address empty on a Unix socket */
    boolean fits(Optional<byte[]> address, boolean encrypted, String database, String user) {
        boolean carried = switch (transport) {
            case LOCAL -> address.isEmpty();
            case ANY -> address.isPresent();
            case ENCRYPTED -> address.isPresent() && encrypted;
            case CLEAR_TEXT -> address.isPresent() && !encrypted;
        };
        return carried
                && fitsDatabase(database, user)
                && fitsUser(user)
                && address.map(addresses::contains).orElse(true);
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
