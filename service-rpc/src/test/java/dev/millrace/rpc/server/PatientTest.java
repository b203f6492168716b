package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.time.Time;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that wait for something to happen, and callers who do not wait that long. */
class PatientTest {
    @TempDir
    private Path folder;

    private final Later time = new Later();
    private TestDaemon daemon;

    /** The system's time, but later by as much as a test wants. */
    private static final class Later implements Time {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public Instant instant() {
            return Time.system().instant();
        }

        @Override
        public long nanos() {
            return Time.system().nanos() + nanos.get();
        }

        @Override
        public void sleep(Duration length) throws InterruptedException {
            Time.system().sleep(length);
        }
    }

    @BeforeEach
    void open() throws Exception {
        daemon = TestDaemon.with(RpcServerOptions.at(folder.resolve("daemon.sock")), time);
    }

    @AfterEach
    void close() throws Exception {
        daemon.close();
    }

    private void pass(long seconds) {
        time.nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void a_method_that_waits_learns_that_its_caller_has_gone() throws Exception {
        try (Stranger stranger = daemon.stranger()) {
            stranger.sends(request(1, "linger", "{}") + "\n");
            await().until(() -> daemon.running.get() == 1);
        }
        // The server hears the end at some moment from now on, and counts from there.
        await().until(() -> {
            pass(11);
            return daemon.running.get() == 0;
        });
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }

    @Test
    void a_caller_that_only_says_no_more_has_time_to_hear_the_answer_and_hears_it_at_the_latest_then()
            throws Exception {
        try (Stranger patient = daemon.stranger();
                Stranger half = daemon.stranger()) {
            half.sends(request(1, "linger", "{}") + "\n").closesItsEnd();
            patient.sends(request(2, "linger", "{}") + "\n");
            await().until(() -> daemon.running.get() == 2);
            // Both were read, so the end of the one was, too, or is before the next is answered.
            assertThat(daemon.answersSomebodyNew()).isTrue();
            pass(8);
            assertThat(daemon.answersSomebodyNew()).isTrue();
            assertThat(daemon.running).hasValue(2);
            pass(3);
            assertThat(half.hearsJson().path("result").textValue()).isEqualTo("left");
            assertThat(half.hearsTheEnd()).isTrue();
            assertThat(daemon.running).hasValue(1);
            daemon.gate.countDown();
            assertThat(patient.hearsJson().path("result").textValue()).isEqualTo("released");
        }
    }

    @Test
    void a_reader_that_takes_a_little_now_and_then_does_not_keep_the_memory() throws Exception {
        OpenServer server = (OpenServer) daemon.server;
        try (Stranger slow = daemon.stranger()) {
            slow.sends(request(1, "long", "{\"bytes\":8000000}") + "\n");
            await().until(() -> server.bufferedBytes() > 0);
            for (int i = 0; i < 3 && server.bufferedBytes() > 0; i++) {
                slow.takes(500_000);
                assertThat(daemon.answersSomebodyNew()).isTrue();
                pass(20);
                assertThat(daemon.answersSomebodyNew()).isTrue();
            }
            assertThat(server.bufferedBytes()).isZero();
        }
    }

    @Test
    void a_writer_that_says_a_little_now_and_then_does_not_keep_the_memory() throws Exception {
        OpenServer server = (OpenServer) daemon.server;
        try (Stranger slow = daemon.stranger()) {
            slow.sends(request(1, "echo", "{\"a\":\"" + "x".repeat(2_000_000)));
            await().until(() -> server.bufferedBytes() > 0);
            // What it said at once counts for the first stretch.
            for (int i = 0; i < 6 && server.bufferedBytes() > 0; i++) {
                slow.offers("x".repeat(1_000).getBytes(StandardCharsets.UTF_8));
                assertThat(daemon.answersSomebodyNew()).isTrue();
                pass(20);
                assertThat(daemon.answersSomebodyNew()).isTrue();
            }
            assertThat(server.bufferedBytes()).isZero();
            assertThat(slow.hearsJson()
                            .path("error")
                            .path("data")
                            .path("reason")
                            .asText())
                    .isEqualTo("message_stalled");
        }
    }

    @Test
    void who_takes_its_time_but_gets_on_is_told_all() throws Exception {
        try (Stranger steady = daemon.stranger()) {
            steady.sends(request(1, "long", "{\"bytes\":8000000}") + "\n");
            await().until(() -> daemon.server.load().answered() == 1);
            for (int i = 0; i < 2; i++) {
                pass(29);
                assertThat(steady.takesAtLeast(2_500_000)).isTrue();
                assertThat(daemon.answersSomebodyNew()).isTrue();
            }
            assertThat(steady.hearsJson().path("result").asText()).hasSize(8_000_000);
        }
    }

    @Test
    void who_was_not_read_while_its_request_ran_has_its_time_to_go_on_when_it_is_read_again() throws Exception {
        try (Stranger stranger = daemon.stranger()) {
            String echo = request(2, "echo", "{\"a\":\"" + "x".repeat(200_000) + "\"}");
            stranger.sends(request(1, "block", "{}") + "\n");
            await().until(() -> daemon.running.get() == 1);
            // In two pieces, the first short enough that the second is read, too: nothing waits outside.
            for (String piece : List.of(echo.substring(0, 60_000), echo.substring(60_000, 100_000))) {
                assertThat(stranger.offers(piece.getBytes(StandardCharsets.UTF_8)))
                        .isEqualTo(piece.length());
                for (int i = 0; i < 2; i++)
                    assertThat(daemon.answersSomebodyNew()).isTrue();
            }
            pass(31);
            assertThat(daemon.answersSomebodyNew()).isTrue();
            daemon.gate.countDown();
            assertThat(stranger.hearsJson().path("result").textValue()).isEqualTo("released");
            pass(2);
            for (int i = 0; i < 2; i++) assertThat(daemon.answersSomebodyNew()).isTrue();

            assertThat(stranger.asks(echo.substring(100_000)).path("id").asInt())
                    .isEqualTo(2);
        }
    }
}
