package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The columns of a result. */
public record RowDescription(List<Column> columns) {
    /** Type oid of {@code text}, which fits everything sent in text format. */
    public static final int TEXT_OID = 25;

    /** One column as RowDescription has it; {@code format} is 0 for text and 1 for binary. */
    public record Column(
            String name, int tableOid, int attribute, int typeOid, int typeBytes, int typeModifier, int format) {
        public static Column text(String name) {
            return new Column(name, 0, 0, TEXT_OID, -1, -1, 0);
        }
    }

    public RowDescription {
        columns = List.copyOf(columns);
    }

    /** Columns of type text by their names. */
    public static RowDescription ofText(String... names) {
        return new RowDescription(
                java.util.Arrays.stream(names).map(Column::text).toList());
    }

    public static RowDescription decode(ByteBuf payload) {
        int count = MessageFrame.readCount(payload, "number of columns");
        List<Column> columns = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            columns.add(new Column(
                    MessageFrame.readString(payload),
                    MessageFrame.readInt(payload, "table oid"),
                    MessageFrame.readShort(payload, "attribute number"),
                    MessageFrame.readInt(payload, "type oid"),
                    MessageFrame.readShort(payload, "type size"),
                    MessageFrame.readInt(payload, "type modifier"),
                    MessageFrame.readShort(payload, "format code")));
        }
        MessageFrame.requireEnd(payload, "RowDescription");
        return new RowDescription(columns);
    }

    public void write(ByteBuf out) {
        int start = MessageFrame.begin(out, BackendType.ROW_DESCRIPTION);
        out.writeShort(columns.size());
        for (Column column : columns) {
            MessageFrame.writeString(out, column.name());
            out.writeInt(column.tableOid())
                    .writeShort(column.attribute())
                    .writeInt(column.typeOid())
                    .writeShort(column.typeBytes())
                    .writeInt(column.typeModifier())
                    .writeShort(column.format());
        }
        MessageFrame.end(out, start);
    }
}
