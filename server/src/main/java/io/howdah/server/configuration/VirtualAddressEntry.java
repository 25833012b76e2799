package io.howdah.server.configuration;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.GatewayId;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One entry of {@code virtual_addresses} in {@code howdah.yaml}.
 *
 * @param cell whose gateways share the address; those of all cells when it is absent
 * @param prefer the gateways that should have it rather than others, the best first
 */
public record VirtualAddressEntry(VirtualAddress address, Optional<Cell> cell, List<GatewayId> prefer) {
    public VirtualAddressEntry {
        prefer = List.copyOf(prefer);
    }

    static VirtualAddressEntry read(MappingReader reader) {
        List<GatewayId> prefer =
                reader.optionalValue("prefer", VirtualAddressEntry::names).orElse(List.of());
        return new VirtualAddressEntry(VirtualAddress.read(reader), reader.optionalValue("cell", Cell::new), prefer);
    }

    void write(YamlText yaml) {
        address.write(yaml, "  - ");
        cell.ifPresent(name -> yaml.line("    cell", name.value()));
        if (!prefer.isEmpty()) {
            yaml.line("    prefer", prefer.stream().map(GatewayId::value).collect(Collectors.joining(" ")));
        }
    }

    boolean concerns(GatewayEntry gateway) {
        return cell.isEmpty() || cell.get().equals(gateway.cell());
    }

    /** The higher the better; 0 for those who are not preferred. */
    int priority(GatewayId gateway) {
        int place = prefer.indexOf(gateway);
        return place < 0 ? 0 : prefer.size() - place;
    }

    private static List<GatewayId> names(String text) {
        List<GatewayId> names = new ArrayList<>();
        Arrays.stream(text.strip().split("\\s+")).map(GatewayId::new).forEach(names::add);
        return names;
    }
}
