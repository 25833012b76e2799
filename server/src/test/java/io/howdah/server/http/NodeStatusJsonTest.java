package io.howdah.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeStatusJsonTest {
    @Test
    void theDocumentIsTheAgreedOne() {
        assertThat(NodeStatusJson.write(Statuses.leader("node1", 7)))
                .isEqualTo("{\"cluster\":\"0123456789abcdef\",\"node\":\"node1\",\"cell\":\"zone1\",\"sequence\":1,"
                        + "\"term\":7,\"leader\":\"node1\",\"role\":\"primary\",\"state\":\"serving\",\"reason\":\"\","
                        + "\"gate_open\":true,\"drain\":null,\"successor\":null,\"timeline\":8,\"lsn\":\"0/3000148\",\"lag_bytes\":0,"
                        + "\"voter\":true,\"members\":[\"node1\",\"node2\",\"node3\"],\"pid\":4711,"
                        + "\"postgres_pid\":4712,\"host\":\"127.0.0.1\",\"postgres_port\":5441,\"api_port\":5451,"
                        + "\"data_dir\":\"/data/node1/pgdata\",\"tags\":\"\",\"pending_restart\":\"\",\"logical_slots\":\"\","
                        + "\"address_grants\":\"\",\"paused\":false,"
                        + "\"pause_version\":0,\"paused_until\":0,\"pause_reason\":\"\"}");
    }

    @ParameterizedTest
    @EnumSource(NodeState.class)
    void whatIsWrittenIsReadBack(NodeState state) {
        NodeStatus status = Statuses.status("node2", 3, "", Role.STANDBY, state, false, 5452);
        assertThat(NodeStatusJson.read(NodeStatusJson.write(status))).isEqualTo(status);
    }

    @Test
    void addressGrantsAreReadBack() {
        List<AddressGrant> grants = List.of(new AddressGrant("10.0.0.100/24", new GatewayId("gateway1")));
        assertThat(AddressGrant.parse(AddressGrant.toText(grants))).isEqualTo(grants);
        assertThat(NodeStatusJson.write(Statuses.leader("node1", 1))).contains("\"address_grants\":\"\"");
    }

    @Test
    void keysOfALaterVersionAreSkipped() {
        String later = NodeStatusJson.write(Statuses.leader("node1", 1))
                .replace("{\"cluster\"", "{\"new\":{\"deep\":[1,{}]},\"news\":[[1]],\"cluster\"");
        assertThat(NodeStatusJson.read(later)).isEqualTo(Statuses.leader("node1", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "null", "{", "{\"cluster\":", "garbage", "{\"members\":[1]}", "{\"members\":[\"\\n\"]}"
            })
    void whatIsNotAStatusIsRefused(String text) {
        assertThatThrownBy(() -> NodeStatusJson.read(text)).isInstanceOf(MalformedDocumentException.class);
    }

    @Test
    void allMissingKeysAreNamed() {
        assertThatThrownBy(() -> NodeStatusJson.read("{\"cluster\":\"0123456789abcdef\",\"node\":\"node1\"}"))
                .hasMessageContainingAll("cell", "sequence", "term", "role", "state", "api_port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"term\":7 \"term\":-1",
                "\"term\":7 \"term\":\"x\"",
                "\"role\":\"primary\" \"role\":\"king\"",
                "\"api_port\":5451 \"api_port\":70000",
                "\"node\":\"node1\" \"node\":\"../x\"",
                "\"timeline\":8 \"timeline\":99999999999",
                "\"lsn\":\"0/3000148\" \"lsn\":\"zero\""
            })
    void impossibleValuesAreRefused(String replacement) {
        String[] parts = replacement.split(" ");
        String text = NodeStatusJson.write(Statuses.leader("node1", 7)).replace(parts[0], parts[1]);
        assertThatThrownBy(() -> NodeStatusJson.read(text))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("impossible value");
    }
}
