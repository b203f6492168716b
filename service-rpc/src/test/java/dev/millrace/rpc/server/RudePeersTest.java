package dev.millrace.rpc.server;

import static dev.millrace.rpc.Patience.await;
import static dev.millrace.rpc.server.TestDaemon.health;
import static dev.millrace.rpc.server.TestDaemon.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that read slowly, say half, vanish, or say anything: nobody else notices. */
class RudePeersTest {
    private static final int RANDOM_BYTES = Integer.getInteger("rpc.randomBytes", 1_000_000);
    private static final int CONNECTIONS = Integer.getInteger("rpc.connections", 10_000);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestDaemon daemon;

    @AfterEach
    void close() throws Exception {
        daemon.close();
    }

    private void open() throws IOException {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"));
    }

    @Test
    void a_client_that_does_not_read_holds_up_nobody_and_is_dropped_in_the_end() throws Exception {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"), limits -> limits.withStall(Duration.ofMillis(100)));
        try (Stranger slow = daemon.stranger()) {
            for (int i = 0; i < 20; i++)
                slow.offers((request(i, "long", "{\"bytes\":1000000}") + "\n").getBytes(StandardCharsets.UTF_8));
            assertThat(daemon.answersSomebodyNew()).isTrue();
            await().until(() -> daemon.server.load().connections() == 0);
            // It was not asked for more than fits, however much was wanted.
            assertThat(daemon.server.load().answered()).isLessThan(20);
        }
    }

    @Test
    void a_client_that_asks_and_does_not_read_is_answered_no_more_than_it_takes() throws Exception {
        open();
        try (Stranger greedy = daemon.stranger()) {
            for (int i = 0; i < 200; i++)
                greedy.offers((request(i, "long", "{\"bytes\":60000}") + "\n").getBytes(StandardCharsets.UTF_8));

            await().during(Duration.ofMillis(200))
                    .until(() -> daemon.server.load().answered() < 50);
            for (int i = 0; i < 200; i++)
                assertThat(greedy.hearsJson().path("id").intValue()).isEqualTo(i);
        }
    }

    @Test
    void a_client_that_asks_on_while_its_request_runs_is_read_no_further() throws Exception {
        open();
        AtomicLong taken = new AtomicLong();
        try (Stranger greedy = daemon.stranger()) {
            greedy.sends(request(1, "block", "{}") + "\n");
            byte[] more = (health(2) + "\n").repeat(1_000).getBytes(StandardCharsets.UTF_8);
            await().pollInterval(Duration.ofMillis(10))
                    .during(Duration.ofMillis(250))
                    .until(() -> {
                        int count = greedy.offers(more);
                        while (count > 0 && taken.addAndGet(count) < 8 << 20) count = greedy.offers(more);
                        return taken.get() < 1 << 20;
                    });
        }
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }

    @Test
    void a_client_that_vanishes_does_not_stop_its_request_and_breaks_nothing() throws Exception {
        open();
        try (Stranger gone = daemon.stranger()) {
            gone.sends(request(1, "block", "{}") + "\n");
            await().until(() -> daemon.running.get() == 1);
        }
        assertThat(daemon.answersSomebodyNew()).isTrue();
        daemon.gate.countDown();

        await().until(() -> daemon.running.get() == 0
                && daemon.server.load().connections() == 0
                && daemon.server.load().running() == 0);
        assertThat(daemon.events).isEmpty();
    }

    @Test
    void clients_that_said_half_a_line_block_nobody_and_may_go_on() throws Exception {
        open();
        List<Stranger> half = new ArrayList<>();
        for (int i = 0; i < 100; i++) half.add(daemon.stranger().sends(health(i).substring(0, 20)));
        assertThat(daemon.answersSomebodyNew()).isTrue();

        for (int i = 0; i < 100; i++) {
            Stranger one = half.get(i);
            assertThat(one.sends(health(i).substring(20) + "\n")
                            .hearsJson()
                            .path("id")
                            .intValue())
                    .isEqualTo(i);
            one.close();
        }
    }

    /** Those below 256 KiB take no memory of the budget, but what they take is memory all the same. */
    @ParameterizedTest
    @ValueSource(ints = {70_000, 200_000, 1_000_000})
    void a_long_message_that_does_not_go_on_is_given_up_and_a_short_one_is_not(int length) throws Exception {
        daemon = TestDaemon.at(folder.resolve("daemon.sock"), limits -> limits.withStall(Duration.ofMillis(60)));
        try (Stranger shortOne = daemon.stranger();
                Stranger longOne = daemon.stranger()) {
            shortOne.sends("{\"method\":");
            longOne.sends("x".repeat(length));
            assertThat(longOne.hears()).contains("message_stalled");
            assertThat(longOne.hearsTheEnd()).isTrue();
            assertThat(shortOne.asks("\"daemon.health\",\"id\":1}").has("result"))
                    .isTrue();
        }
    }

    @Test
    void connections_that_open_and_close_leave_nothing_behind() throws Exception {
        open();
        assertThat(daemon.answersSomebodyNew()).isTrue();
        long filesBefore = openFiles();
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Stranger brief = daemon.stranger()) {
                if (i % 3 == 1) brief.offers(health(i).getBytes(StandardCharsets.UTF_8));
                if (i % 3 == 2) brief.offers((health(i) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        await().until(() -> daemon.server.load().connections() == 0);
        assertThat(daemon.answersSomebodyNew()).isTrue();
        assertThat(daemon.server.isOpen()).isTrue();
        await().until(() -> openFiles() <= filesBefore + 10);
    }

    private static long openFiles() throws IOException {
        Path mine = Path.of("/proc/self/fd");
        if (!Files.isDirectory(mine)) return 0;
        try (var files = Files.list(mine)) {
            return files.count();
        }
    }

    @Test
    void random_bytes_are_answered_line_by_line_and_the_server_goes_on() throws Exception {
        open();
        long seed = Long.getLong("rpc.seed", 20_261_121L);
        SplittableRandom random = new SplittableRandom(seed);
        int left = RANDOM_BYTES;
        while (left > 0) {
            byte[] bytes = new byte[Math.min(left, 10_000)];
            random.nextBytes(bytes);
            left -= bytes.length;
            expectAnAnswerToEachLineOf(bytes, seed);
        }
        assertThat(daemon.answersSomebodyNew()).isTrue();
        assertThat(daemon.events).as("seed %s", seed).isEmpty();
    }

    private void expectAnAnswerToEachLineOf(byte[] bytes, long seed) throws IOException {
        int ends = 0;
        for (byte one : bytes) if (one == '\n') ends++;
        try (Stranger stranger = daemon.stranger()) {
            stranger.sends(bytes).sends("\n" + health(1) + "\n");
            for (int i = 0; i <= ends; i++)
                assertThat(stranger.hears()).as("seed %s, line %s", seed, i).contains("\"code\":-32");
            assertThat(stranger.hears()).as("seed %s", seed).contains("\"status\":\"ok\"");
        }
    }

    @Test
    void requests_with_a_few_wrong_bytes_harm_nobody() throws Exception {
        open();
        long seed = Long.getLong("rpc.seed", 20_261_122L);
        SplittableRandom random = new SplittableRandom(seed);
        try (Stranger stranger = daemon.stranger()) {
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 40; i++) stranger.sends(damaged(random)).sends("\n");
                stranger.sends(request(4_711 + round, "daemon.health", "{}") + "\n");
                String last = "\"id\":" + (4_711 + round) + "}";
                String heard = stranger.hears();
                while (!heard.endsWith(last)) heard = stranger.hears();
            }
        }
        assertThat(daemon.answersSomebodyNew()).isTrue();
    }

    private static byte[] damaged(SplittableRandom random) {
        String[] whole = {
            request(1, "echo", "{\"a\":[1,2,{\"b\":\"\\u00e4\u00e4\"}]}"),
            "[" + health(2) + "," + request(3, "nothing", "{}") + ",{\"method\":\"count\"}]",
            request(4, "three", "{}"),
            request(5, "stream.close", "{\"id\":4}")
        };
        byte[] bytes = whole[random.nextInt(whole.length)].getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return bytes;
    }

    @Test
    void ten_killed_subscribers_leave_no_slots_and_no_streams() throws Exception {
        daemon = TestDaemon.at(
                folder.resolve("daemon.sock"),
                limits -> limits.withRequests(2, 0).withStreams(10, 10));
        for (int round = 0; round < 3; round++) {
            List<Stranger> subscribers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Stranger one = daemon.stranger();
                subscribers.add(one);
                assertThat(one.asks(request(1, "ticks", "{}")).has("method")).isTrue();
            }
            for (Stranger one : subscribers) one.close();
            await().until(() -> daemon.server.load().streams() == 0);
        }
        assertThat(daemon.unsubscribed).hasValue(30);
        assertThat(daemon.server.load().connections()).isZero();
    }
}
