package io.howdah.server.configuration;

/** What one gateway is told of the virtual address that it may carry; the higher the priority, the rather it. */
public record CarriedAddress(VirtualAddress address, int priority) {
    static CarriedAddress read(MappingReader reader) {
        return new CarriedAddress(VirtualAddress.read(reader), (int)
                Math.min(reader.optionalNumber("priority").orElse(0), 1_000_000));
    }

    void write(YamlText yaml) {
        yaml.open("virtual_address");
        address.write(yaml, "  ");
        yaml.line("  priority", priority);
    }
}
