package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A row whose columns are all in text format; SQL NULL is an empty Optional. */
public final class DataRow {
    private DataRow() {}

    public static List<Optional<String>> decode(ByteBuf payload) {
        int count = MessageFrame.readCount(payload, "number of columns");
        List<Optional<String>> values = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            int length = MessageFrame.readInt(payload, "length of a column");
            if (length < -1) {
                throw new ProtocolException("column of " + length + " bytes");
            }
            values.add(length == -1 ? Optional.empty() : Optional.of(MessageFrame.readText(payload, length)));
        }
        MessageFrame.requireEnd(payload, "DataRow");
        return values;
    }

    public static void write(ByteBuf out, List<Optional<String>> values) {
        int start = MessageFrame.begin(out, BackendType.DATA_ROW);
        out.writeShort(values.size());
        for (Optional<String> value : values) {
            if (value.isEmpty()) {
                out.writeInt(-1);
            } else {
                byte[] bytes = value.get().getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length).writeBytes(bytes);
            }
        }
        MessageFrame.end(out, start);
    }
}
