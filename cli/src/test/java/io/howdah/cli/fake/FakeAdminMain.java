package io.howdah.cli.fake;

import io.howdah.cli.local.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A program with the admin role and nothing behind it, to be started as a real process: writes its own files as the
 * real one does, says that everything is up, and ends on SIGTERM. Ends by itself when the test's JVM is gone.
 */
public final class FakeAdminMain {
    private FakeAdminMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[2]);
        if (Files.exists(directory.resolve("refuse-to-start"))) {
            System.out.println("first line of the log");
            System.out.println("ERROR the disk is made of cheese");
            System.exit(3);
        }
        System.out.println("fake admin starts");
        Files.writeString(directory.resolve("howdah.yaml"), Cli.CONFIGURATION.formatted(1, 1, 1));
        Files.writeString(directory.resolve("admin.token"), "the-token\n");
        FakeServer server = new FakeServer()
                .on("GET /api/v1/live", "{}")
                .on("GET /api/v1/status", Documents.STATUS)
                .on("POST /api/v1/operations", "{\"id\":\"op1\"}")
                .on("GET /api/v1/operations/op1", Documents.succeeded("up", Documents.STATUS));
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        String identity = "\"pid\":%d,\"start_ticks\":%d".formatted(self.pid(), self.startTicks());
        Path run = directory.resolve("run");
        Files.writeString(run.resolve("admin.pid"), "{%s,\"component\":\"admin\"}".formatted(identity));
        Files.writeString(run.resolve("admin.json"), "{\"url\":\"%s\",%s}".formatted(server.uri(), identity));
        new CountDownLatch(1).await();
    }
}
