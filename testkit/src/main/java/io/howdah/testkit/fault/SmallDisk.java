package io.howdah.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts a directory on a file system of its own that is just larger than its content. Nobody may use it meanwhile. */
public final class SmallDisk implements AutoCloseable {
    private static final String FILLER = "filler";

    private final Path directory;
    private final Path kept;

    private SmallDisk(Path directory, Path kept) {
        this.directory = directory;
        this.kept = kept;
    }

    /** @param spareMegabytes how much is free at first */
    public static SmallDisk under(Path directory, int spareMegabytes) {
        Sandbox.require("a small disk");
        Path kept = directory.resolveSibling(directory.getFileName() + ".kept");
        long used = Long.parseLong(Shell.run("du", "-sm", directory.toString()).split("\\s+")[0]);
        Shell.run("mv", directory.toString(), kept.toString());
        Shell.run("mkdir", directory.toString());
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + (used + spareMegabytes) + "m", "small", directory.toString());
        Shell.run("cp", "-a", kept + "/.", directory.toString());
        Shell.run("chown", "--reference=" + kept, directory.toString());
        Shell.run("chmod", "--reference=" + kept, directory.toString());
        return new SmallDisk(directory, kept);
    }

    /** Leaves no room for anybody. */
    public void fill() {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(directory.resolve(FILLER))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains("No space left")) {
                throw new FaultException("the disk could not be filled", e);
            }
        }
    }

    public void makeRoom() {
        try {
            Files.deleteIfExists(directory.resolve(FILLER));
        } catch (IOException e) {
            throw new FaultException("no room could be made", e);
        }
    }

    /** Moves the content back to where it was. */
    @Override
    public void close() {
        makeRoom();
        Shell.run("rm", "-rf", kept.toString());
        Shell.run("cp", "-a", directory.toString(), kept.toString());
        Shell.run("umount", directory.toString());
        Shell.run("rmdir", directory.toString());
        Shell.run("mv", kept.toString(), directory.toString());
    }
}
