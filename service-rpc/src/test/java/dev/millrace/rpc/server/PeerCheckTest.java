package dev.millrace.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCheckTest {
    @TempDir
    private Path folder;

    private record User(String getName) implements UserPrincipal {}

    @Test
    void the_user_of_the_server_and_root_are_let_in_and_nobody_else() {
        UserPrincipal ann = new User("ann");
        UserPrincipal bob = new User("bob");
        UserPrincipal root = new User("root");

        assertThat(PeerCheck.judged(ann, ann).isAllowed()).isTrue();
        assertThat(PeerCheck.judged(root, ann).isAllowed()).isTrue();
        assertThat(PeerCheck.judged(bob, ann).isAllowed()).isFalse();
        assertThat(PeerCheck.judged(bob, root).isAllowed()).isFalse();
    }

    @Test
    void the_kernel_says_who_calls() throws Exception {
        try (TestDaemon daemon = TestDaemon.at(folder.resolve("daemon.sock"));
                Stranger stranger = daemon.stranger()) {
            String me = Files.getOwner(folder).getName();
            assertThat(stranger.asks(TestDaemon.request(1, "who", "{}"))
                            .path("result")
                            .textValue())
                    .isEqualTo(me);
        }
    }

    @Test
    void somebody_else_is_told_no_and_nothing_that_it_says_is_carried_out() throws Exception {
        RpcServerOptions options = RpcServerOptions.at(folder.resolve("daemon.sock"));
        MethodTable table = MethodTable.of(List.of(RpcMethod.instant("daemon.health", (params, call) -> "ok")));
        PeerCheck nobody = channel -> new PeerCheck.Verdict("mallory", false);
        try (RpcServer server = OpenServer.open(options, table, RpcPorts.system(), owner -> nobody);
                Stranger stranger = Stranger.at(server.socket())) {
            JsonNode reply = stranger.hearsJson();
            assertThat(reply.path("error").path("code").intValue()).isEqualTo(-32006);
            assertThat(reply.path("error").path("message").textValue()).contains("mallory");
            assertThat(stranger.hearsTheEnd()).isTrue();
            assertThat(server.load().answered()).isZero();
        }
    }
}
