package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LinuxPortTableTest {
    private final PortTable ports = new LinuxPortTable(new LinuxProcessTable());

    @Test
    void theOwnerOfATakenPortIsNamed() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long self = ProcessHandle.current().pid();
            assertThat(ports.ownerOf("127.0.0.1", socket.getLocalPort())).hasValueSatisfying(owner -> {
                assertThat(owner.pid()).isEqualTo(OptionalLong.of(self));
                assertThat(owner.description()).contains("java", "(pid " + self + ")");
            });
        }
    }

    @Test
    void aPortThatIsTakenOnAllAddressesIsTakenHere() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(ports.ownerOf("127.0.0.1", socket.getLocalPort())).isPresent();
        }
    }

    @Test
    void aFreePortHasNoOwner() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(ports.ownerOf("127.0.0.1", port)).isEmpty();
    }
}
