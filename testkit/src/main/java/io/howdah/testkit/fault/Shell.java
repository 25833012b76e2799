package io.howdah.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one program of the system to its end. */
public final class Shell {
    private Shell() {}

    /** @return what it printed; throws when it failed */
    public static String run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new FaultException("'%s' ended with %d: %s%s"
                        .formatted(
                                String.join(" ", command), code, output.strip(), input.isEmpty() ? "" : "\n" + input));
            }
            return output;
        } catch (IOException e) {
            throw new FaultException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultException("interrupted while running " + command, e);
        }
    }

    public static String run(String... command) {
        return run(List.of(command), "");
    }
}
