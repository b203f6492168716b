package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {
    @TempDir
    private Path folder;

    @Test
    void a_server_that_closes_waits_for_what_runs_and_its_answer_arrives() throws Exception {
        TestDaemon daemon = TestDaemon.at(folder.resolve("daemon.sock"));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Stranger idle = daemon.stranger();
                Stranger busy = daemon.stranger()) {
            Future<?> closing = closes(daemon, idle, busy, other, daemon.server::close);
            assertThat(daemon.answersSomebodyNew()).isTrue();
            try (Stranger late = daemon.stranger()) {
                JsonNode refused = late.asks(request(3, "echo", "{}"));
                assertThat(refused.path("error").path("code").intValue()).isEqualTo(-32003);
                assertThat(late.asks(request(4, "ticks", "{}"))
                                .path("error")
                                .path("code")
                                .intValue())
                        .isEqualTo(-32003);
                HealthTimes.areShort(late);
                assertThat(late.asks(request(6, "how.it.goes", "{}"))
                                .path("result")
                                .textValue())
                        .isEqualTo("it ends");
                assertThat(daemon.running).hasValue(1);
                daemon.gate.countDown();
                assertThat(late.hearsTheEnd()).isTrue();
            }
            assertThat(busy.hearsJson().path("result").textValue()).isEqualTo("released");
            assertThat(busy.hearsTheEnd()).isTrue();
            closing.get();
        } finally {
            other.shutdown();
        }
        assertThat(daemon.server.socket()).doesNotExist();
        assertThat(daemon.server.isOpen()).isFalse();
        daemon.close();
    }

    private interface Close {
        void close() throws IOException;
    }

    /** One has been answered, and one has a call that runs; then the server begins to close, and lets go of the first. */
    private static Future<?> closes(TestDaemon daemon, Stranger idle, Stranger busy, ExecutorService other, Close close)
            throws Exception {
        assertThat(idle.asks(health(1)).has("result")).isTrue();
        busy.sends(request(2, "block", "{}") + "\n");
        await().until(() -> daemon.running.get() == 1);
        Future<?> closing = other.submit(() -> {
            close.close();
            return null;
        });
        assertThat(idle.hearsTheEnd()).isTrue();
        return closing;
    }

    @Test
    void what_does_not_end_in_time_is_interrupted() throws Exception {
        TestDaemon daemon = TestDaemon.with(
                RpcServerOptions.at(folder.resolve("daemon.sock")).withGrace(Duration.ofMillis(50)));
        try (Stranger busy = daemon.stranger()) {
            busy.sends(request(2, "block", "{}") + "\n");
            await().until(() -> daemon.running.get() == 1);
            daemon.server.close();
            await().until(() -> daemon.running.get() == 0);
            assertThat(busy.hearsTheEnd()).isTrue();
        }
    }

    @Test
    void who_comes_while_it_closes_does_not_hold_it_up() throws Exception {
        TestDaemon daemon = TestDaemon.at(folder.resolve("daemon.sock"));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Stranger idle = daemon.stranger();
                Stranger busy = daemon.stranger()) {
            Future<?> closing = closes(daemon, idle, busy, other, () -> daemon.server.close(Duration.ofHours(1)));
            try (Stranger silent = daemon.stranger();
                    Stranger half = daemon.stranger()) {
                half.sends("{\"method\":");
                daemon.gate.countDown();
                closing.get(10, TimeUnit.SECONDS);
                assertThat(silent.hearsTheEnd()).isTrue();
            }
        } finally {
            other.shutdown();
        }
    }

    @Test
    void in_a_hurry_it_waits_for_nothing_and_what_runs_has_nobody_left_to_tell() throws Exception {
        TestDaemon daemon = TestDaemon.at(folder.resolve("daemon.sock"));
        try (Stranger busy = daemon.stranger()) {
            busy.sends(request(2, "block", "{}") + "\n");
            await().until(() -> daemon.running.get() == 1);
            daemon.server.close(Duration.ZERO);
            assertThat(busy.hearsTheEnd()).isTrue();
            assertThat(daemon.server.socket()).doesNotExist();
            await().until(() -> daemon.running.get() == 0);
        }
    }

    @Test
    void a_server_can_be_closed_twice_and_its_path_used_again() throws Exception {
        Path socket = folder.resolve("daemon.sock");
        for (int i = 0; i < 3; i++) {
            TestDaemon daemon = TestDaemon.at(socket);
            assertThat(daemon.answersSomebodyNew()).isTrue();
            daemon.close();
            daemon.close();
            assertThat(Files.exists(socket)).isFalse();
        }
    }

    @Test
    void two_handlers_of_one_name_are_refused_before_anything_is_opened() {
        RpcMethod one = RpcMethod.of("same", (params, call) -> 1);
        assertThatThrownBy(() -> RpcServer.open(
                        RpcServerOptions.at(folder.resolve("daemon.sock")), List.of(one, one), RpcPorts.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same");
        assertThat(folder).isEmptyDirectory();
    }
}
