package dev.millrace.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.socket.SocketAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
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

    /** What a program says that another user runs: its answer, and whether it could connect. */
    private record Heard(int code, String out) {}

    private static final String NOBODY = "65534";

    private Heard asNobody(Path socket, String... groups) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user to show this");
        for (String tool : new String[] {"setpriv", "socat"})
            assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "no " + tool + " here: install it to run this");
        // Others may come as far as the folder of the socket.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY));
        command.add(groups.length == 0 ? "--clear-groups" : "--groups=" + String.join(",", groups));
        command.addAll(List.of("socat", "-t5", "-", "UNIX-CONNECT:" + socket));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((TestDaemon.health(1) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException refused) {
            // it has ended already
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Heard(process.waitFor(), out);
    }

    @Test
    void another_user_who_gets_as_far_as_the_socket_is_told_no() throws Exception {
        try (TestDaemon daemon = TestDaemon.at(folder.resolve("s/daemon.sock"))) {
            assertThat(asNobody(daemon.server.socket()).code())
                    .as("closed folder")
                    .isNotZero();
            Files.setPosixFilePermissions(folder.resolve("s"), PosixFilePermissions.fromString("rwx--x--x"));
            Files.setPosixFilePermissions(daemon.server.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
            Heard heard = asNobody(daemon.server.socket());
            assertThat(heard.out()).contains("-32006", "peer_refused").doesNotContain("\"ok\"");
            assertThat(daemon.server.load().answered()).isZero();
        }
    }

    @Test
    void a_member_of_the_group_is_served_and_somebody_outside_cannot_connect() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a socket to any group");
        SocketAccess daemons = SocketAccess.group("daemon");
        try (TestDaemon daemon = TestDaemon.with(
                RpcServerOptions.at(folder.resolve("s/daemon.sock")).withAccess(daemons))) {
            Path socket = daemon.server.socket();
            String number = Files.getAttribute(socket, "unix:gid").toString();
            assertThat(asNobody(socket, number).out()).contains("\"status\":\"ok\"");
            Heard outside = asNobody(socket);
            assertThat(outside.code()).isNotZero();
            assertThat(outside.out()).doesNotContain("jsonrpc");
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
