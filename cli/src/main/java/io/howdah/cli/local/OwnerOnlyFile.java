package io.howdah.cli.local;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file with a secret: never readable by others, not even for the moment of its making. */
public final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    /** Writes the content unless it is there already; other readers see the old file or the new one, never a part. */
    public static void write(Path file, String content) {
        try {
            if (Files.exists(file) && Files.readString(file).equals(content)) {
                return;
            }
            Path fresh = Files.createTempFile(
                    file.getParent(),
                    file.getFileName().toString(),
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CliException(
                            ExitCode.FAILED,
                            "cannot write " + file,
                            e.toString(),
                            "check that you own the directory and that the disk is not full")
                    .causedBy(e);
        }
    }
}
