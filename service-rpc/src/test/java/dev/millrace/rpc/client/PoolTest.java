package dev.millrace.rpc.client;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.client.ScriptedDaemon.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.client.DaemonTimeoutException.Phase;
import dev.millrace.rpc.server.TestDaemon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolTest {
    private static final CallOptions SHORT = CallOptions.defaults().withDeadline(Duration.ofMillis(150));

    @TempDir
    private Path folder;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private Path socket;
    private DaemonClient client;

    @BeforeEach
    void choose() {
        socket = folder.resolve("daemon.sock");
        client = client(DaemonClientOptions.at(socket));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) one.close();
    }

    private DaemonClient client(DaemonClientOptions options) {
        DaemonClient made = DaemonClient.of(options);
        toClose.add(0, made);
        return made;
    }

    private TestDaemon daemon() throws IOException {
        TestDaemon daemon = TestDaemon.at(socket);
        toClose.add(daemon);
        return daemon;
    }

    private ScriptedDaemon scripted(ScriptedDaemon.Script script) throws IOException {
        ScriptedDaemon daemon = new ScriptedDaemon(socket, script);
        toClose.add(daemon);
        return daemon;
    }

    @Test
    void a_hundred_calls_use_one_connection_and_count_their_ids_from_one() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> result(request, "{\"n\":" + number + "}"));
        for (int i = 1; i <= 100; i++)
            assertThat(client.call("any", Map.of()).path("n").intValue()).isEqualTo(i);

        assertThat(daemon.accepted).hasValue(1);
        assertThat(ScriptedDaemon.idIn(daemon.requests.get(0))).isEqualTo("1");
        assertThat(ScriptedDaemon.idIn(daemon.requests.get(99))).isEqualTo("100");
    }

    @Test
    void fifty_callers_share_eight_connections_and_all_succeed() throws Exception {
        TestDaemon daemon = daemon();
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try {
            List<Future<JsonNode>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                calls.add(callers.submit(() -> client.call("echo", Map.of("n", number))));
            }
            for (int i = 0; i < 50; i++)
                assertThat(calls.get(i).get().path("n").intValue()).isEqualTo(i);
        } finally {
            callers.shutdown();
        }
        assertThat(daemon.server.load().accepted()).isLessThanOrEqualTo(8);
    }

    @Test
    void idle_connections_that_died_are_passed_over_however_many_there_are() throws Exception {
        ScriptedDaemon daemon = scripted((request, connection, number) -> result(request, "1"));
        ExecutorService callers = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) callers.execute(() -> callQuietly());
        callers.shutdown();
        await().until(callers::isTerminated);
        daemon.hangUp();
        await().until(() -> daemon.served.get() == daemon.accepted.get());

        assertThat(client.call("any", Map.of()).intValue()).isEqualTo(1);
    }

    private void callQuietly() {
        try {
            client.call("any", Map.of());
        } catch (DaemonException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_exhausted_pool_says_so_and_frees_its_places_whatever_happens() throws Exception {
        TestDaemon daemon = daemon();
        DaemonClient one = client(DaemonClientOptions.at(socket).withPoolSize(1));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                one.call("block", Map.of());
            } catch (DaemonException | InterruptedException e) {
                thrown.set(e);
            }
        });
        caller.start();
        await().until(() -> daemon.running.get() == 1);

        assertThatThrownBy(() -> one.call("echo", Map.of(), SHORT))
                .isInstanceOfSatisfying(
                        DaemonTimeoutException.class, e -> assertThat(e.phase()).isEqualTo(Phase.ACQUIRE))
                .hasMessageContaining("Pool exhausted: all 1 connections in use");
        caller.interrupt();
        caller.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(one.call("echo", Map.of()).isObject()).isTrue();
    }

    @Test
    void a_closed_client_closes_its_connections_and_begins_anew_when_it_is_called() throws Exception {
        TestDaemon daemon = daemon();
        client.call("echo", Map.of());
        client.close();
        client.close();
        await().until(() -> daemon.server.load().connections() == 0);

        assertThat(client.call("echo", Map.of()).isObject()).isTrue();
    }

    @Test
    void an_idle_connection_that_is_too_old_is_not_used() throws Exception {
        TestDaemon daemon = daemon();
        DaemonClient brief = client(DaemonClientOptions.at(socket).withMaxIdle(Duration.ofNanos(1)));
        for (int i = 0; i < 3; i++) brief.call("echo", Map.of());

        assertThat(daemon.server.load().accepted()).isEqualTo(3);
        await().until(() -> daemon.server.load().connections() == 1);
    }
}
