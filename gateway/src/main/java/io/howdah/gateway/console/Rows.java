package io.howdah.gateway.console;

import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.DataRow;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes answers in the PostgreSQL protocol, in text format. */
final class Rows {
    private Rows() {}

    static void noParameters(ByteBuf out) {
        out.writeByte(BackendType.PARAMETER_DESCRIPTION).writeInt(6).writeShort(0);
    }

    /** The columns; nothing for an answer without rows. */
    static void describe(Answer answer, ByteBuf out) {
        if (answer.columns().isEmpty()) {
            return;
        }
        out.writeByte(BackendType.ROW_DESCRIPTION);
        int start = out.writerIndex();
        out.writeInt(0).writeShort(answer.columns().size());
        for (Answer.Column column : answer.columns()) {
            out.writeCharSequence(column.name(), StandardCharsets.UTF_8);
            out.writeByte(0).writeInt(0).writeShort(0);
            out.writeInt(column.type().oid()).writeShort(column.type().size());
            out.writeInt(-1).writeShort(0);
        }
        out.setInt(start, out.writerIndex() - start);
    }

    /** The rows and the end of the command. */
    static void write(Answer answer, ByteBuf out) {
        if (!answer.notice().isEmpty()) {
            ErrorFields.of("NOTICE", SqlState.SUCCESSFUL_COMPLETION, answer.notice(), "", "")
                    .writeNotice(out);
        }
        answer.rows().forEach(row -> DataRow.write(out, row));
        BackendMessages.commandComplete(out, answer.tag());
    }
}
