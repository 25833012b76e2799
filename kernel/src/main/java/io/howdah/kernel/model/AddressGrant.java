package io.howdah.kernel.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A virtual address, and which gateway a node lets carry it now. */
public record AddressGrant(String address, GatewayId gateway) {
    /** All of them in one line. */
    public static String toText(List<AddressGrant> grants) {
        return grants.stream().map(grant -> grant.address + "=" + grant.gateway).collect(Collectors.joining(" "));
    }

    /** What {@link #toText} wrote. */
    public static List<AddressGrant> parse(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split("=", 2))
                .map(pair -> new AddressGrant(pair[0], new GatewayId(pair.length > 1 ? pair[1] : "")))
                .toList();
    }
}
