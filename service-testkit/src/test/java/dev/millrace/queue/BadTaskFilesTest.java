package dev.millrace.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What strangers may put into pending: each is quarantined as it is, with the reason, and the good tasks behind it run. */
class BadTaskFilesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor worker;

    @BeforeEach
    void start() throws IOException {
        world = QueueWorld.in(folder);
        worker = world.actor("worker");
    }

    private static byte[] task(String more) {
        return ("{\"schema\": \"agi.service.task.v1\"" + more + "}").getBytes(UTF_8);
    }

    private static byte[] with(byte[] front, byte[] back) {
        byte[] both = Arrays.copyOf(front, front.length + back.length);
        System.arraycopy(back, 0, both, front.length, back.length);
        return both;
    }

    static Stream<Arguments> badContents() {
        byte[] binary = new byte[1_000];
        new java.util.Random(3).nextBytes(binary);
        binary[0] = 7;
        byte[] bom = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        return Stream.of(
                Arguments.of("empty", new byte[0], "empty"),
                Arguments.of("blank", "  \n ".getBytes(UTF_8), "empty"),
                Arguments.of("truncated", Arrays.copyOf(task(", \"args\": {\"a\": 1}"), 30), "JSON"),
                Arguments.of("binary", binary, ""),
                Arguments.of("zeros", new byte[100], "zero byte"),
                Arguments.of("deep lists", task(", \"plan\": " + "[".repeat(100_000) + "]".repeat(100_000)), "depth"),
                Arguments.of(
                        "deep objects",
                        task(", \"plan\": " + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)),
                        "depth"),
                Arguments.of("only opening brackets", "[".repeat(100_000).getBytes(UTF_8), "depth"),
                Arguments.of("too large", task(", \"x\": \"" + "x".repeat(1 << 20) + "\""), "1048576"),
                Arguments.of(
                        "other schema", "{\"schema\": \"agi.service.task.v9\"}".getBytes(UTF_8), "agi.service.task.v9"),
                Arguments.of("no schema", "{}".getBytes(UTF_8), "schema"),
                Arguments.of("null schema", "{\"schema\": null}".getBytes(UTF_8), "schema"),
                Arguments.of("a list", "[1]".getBytes(UTF_8), "object"),
                Arguments.of("a number", "17".getBytes(UTF_8), "object"),
                Arguments.of("two documents", with(task(""), task("")), "JSON"),
                Arguments.of("byte order mark", with(bom, task("")), "byte order mark"),
                Arguments.of(
                        "UTF-16", new String(task(""), UTF_8).getBytes(StandardCharsets.UTF_16), "byte order mark"),
                Arguments.of(
                        "UTF-16 without mark",
                        new String(task(""), UTF_8).getBytes(StandardCharsets.UTF_16LE),
                        "UTF-8"),
                Arguments.of("Latin-1", latin1(), "UTF-8"),
                Arguments.of("single quotes", "{'schema': 'agi.service.task.v1'}".getBytes(UTF_8), "JSON"),
                Arguments.of("a number without end", task(", \"n\": " + "9".repeat(200_000)), "umber"),
                Arguments.of("args as a list", task(", \"args\": []"), "args"),
                Arguments.of("worker as a number", task(", \"worker\": 7"), "worker"),
                Arguments.of("worker_idx as text", task(", \"worker_idx\": \"0\""), "worker_idx"),
                Arguments.of("priority 12", task(", \"priority\": 12"), "priority"),
                Arguments.of("timeout NaN", task(", \"timeout_sec\": NaN"), "timeout_sec"),
                Arguments.of("timeout 0", task(", \"timeout_sec\": 0"), "timeout_sec"),
                Arguments.of("max_attempts -1", task(", \"max_attempts\": -1"), "max_attempts"));
    }

    private static byte[] latin1() {
        return "{\"schema\": \"agi.service.task.v1\", \"x\": \"\u00e4 \"}".getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badContents")
    void a_bad_document_is_quarantined_byte_for_byte_with_the_reason(String what, byte[] content, String reason)
            throws IOException {
        world.pendingFile("0-bad.task.json", content);
        String good = world.submit("good").stem();
        List<String> run = assertTimeoutPreemptively(PATIENCE, () -> world.drain(worker));
        assertThat(run).containsExactly(good);
        assertThat(world.folder(TaskState.FAILED).resolve("0-bad.task.json")).hasBinaryContent(content);
        assertThat(world.whyQuarantined("0-bad.task.json")).contains(reason);
        assertThat(world.events.of(Event.Quarantined.class)).hasSize(1);
        assertThat(world.names(TaskState.RUNNING)).isEmpty();
        assertThat(world.names(TaskState.PENDING)).isEmpty();
        TaskRecord record = world.queue.read(world.queue.find("0-bad").get(0)).orElseThrow();
        assertThat(record.error().orElseThrow()).contains(reason);
    }

    @Test
    void a_gigabyte_is_quarantined_without_being_read() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(
                world.folder(TaskState.PENDING).resolve("0-huge.task.json").toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        String good = world.submit("good").stem();
        assertThat(world.drain(worker)).containsExactly(good);
        assertThat(world.whyQuarantined("0-huge.task.json")).contains("1073741824");
        assertThat(Files.size(world.folder(TaskState.FAILED).resolve("0-huge.task.json")))
                .isEqualTo(1L << 30);
    }

    @Test
    void a_document_of_exactly_the_limit_is_run() throws IOException {
        byte[] content = Arrays.copyOf(task(""), TaskDocument.MAX_BYTES);
        Arrays.fill(content, task("").length, content.length, (byte) ' ');
        world.pendingFile("limit.task.json", content);
        assertThat(world.drain(worker)).containsExactly("limit");
        assertThat(world.terminal("limit").path("status").textValue()).isEqualTo("done");
    }

    @Test
    void a_folder_with_a_tasks_name_is_quarantined_with_all_that_is_in_it() throws IOException {
        Path directory = Files.createDirectory(world.folder(TaskState.PENDING).resolve("0-dir.task.json"));
        Files.writeString(directory.resolve("inside"), "kept");
        String good = world.submit("good").stem();
        assertThat(world.drain(worker)).containsExactly(good);
        assertThat(world.whyQuarantined("0-dir.task.json")).contains("folder");
        assertThat(world.folder(TaskState.FAILED).resolve("0-dir.task.json/inside"))
                .hasContent("kept");
    }

    @Test
    void a_symbolic_link_is_quarantined_and_not_followed() throws IOException {
        Path target = Files.write(folder.resolve("outside.json"), task(""));
        Files.createSymbolicLink(world.folder(TaskState.PENDING).resolve("0-link.task.json"), target);
        Files.createSymbolicLink(
                world.folder(TaskState.PENDING).resolve("0-nowhere.task.json"), Path.of("does-not-exist"));
        String good = world.submit("good").stem();
        assertThat(world.drain(worker)).containsExactly(good);
        assertThat(world.whyQuarantined("0-link.task.json")).contains("link");
        assertThat(world.whyQuarantined("0-nowhere.task.json")).contains("link");
        assertThat(target).hasBinaryContent(task(""));
        assertThat(Files.isSymbolicLink(world.folder(TaskState.FAILED).resolve("0-link.task.json")))
                .isTrue();
    }

    @Test
    void a_pipe_is_quarantined_and_waited_for_by_nobody() throws Exception {
        Path pipe = world.folder(TaskState.PENDING).resolve("0-pipe.task.json");
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeTrue(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0, "mkfifo does not work here");
        String good = world.submit("good").stem();
        List<String> run = assertTimeoutPreemptively(PATIENCE, () -> world.drain(worker));
        assertThat(run).containsExactly(good);
        assertThat(world.whyQuarantined("0-pipe.task.json")).contains("not a regular file");
    }

    @Test
    void a_pickled_task_is_quarantined_unread() throws IOException {
        world.pendingFile("0-old.task.pkl", "cos\nsystem\n(S'touch /tmp/owned'\ntR.");
        String good = world.submit("good").stem();
        assertThat(world.drain(worker)).containsExactly(good);
        assertThat(world.whyQuarantined("0-old.task.pkl")).contains("pickled");
        assertThat(worker.disk().calls())
                .noneMatch(call -> call.operation() == dev.millrace.testkit.DiskCall.Operation.READ
                        && call.path().toString().endsWith(".pkl"));
    }

    /** Workers meet the same pickle and the same long name at the same moment. */
    @Test
    void a_sidecar_stays_although_two_workers_quarantine_at_once() throws IOException {
        Actor second = world.actor("second");
        String longName = "x".repeat(230) + ".task.json";
        world.pendingFile("0-old.task.pkl", "x");
        world.pendingFile(longName, task(""));
        // Second acts just before the first renames into failed.
        for (int nth = 1; nth <= 6; nth++)
            worker.disk().interpose(nth, dev.millrace.testkit.FaultyDisk.Moment.BEFORE, () -> {
                try {
                    second.queue().claim();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        world.drain(worker);
        assertThat(world.whyQuarantined("0-old.task.pkl")).contains("pickled");
        assertThat(world.whyQuarantined(longName)).contains("longer");
        assertThat(world.names(TaskState.FAILED)).hasSize(4);
    }

    static Stream<String> oddNames() {
        return Stream.of(
                "with space.task.json",
                " .task.json",
                "new\nline.task.json",
                "tab\tand%09percent.task.json",
                "100%.task.json",
                ".hidden.task.json",
                "-rf.task.json",
                "a\\b.task.json",
                "\"quoted\".task.json",
                "\u00fcml\u00e4ut-\ud83d\ude00.task.json",
                "x.claim-0123456789abcdef0123456789abcdef.task.json",
                "x.settled-0123456789abcdef0123456789abcdef-7.task.json",
                "x.a2r1.task.json",
                "x.a0r0.task.json",
                "x.a999999r99999999.task.json",
                ".a2r1.task.json",
                "1767268800000-x.task.json",
                "x+7.task.json",
                "y".repeat(159) + ".task.json");
    }

    @ParameterizedTest
    @MethodSource("oddNames")
    void a_task_with_an_odd_name_is_run_retried_rescued_and_published(String name) throws IOException {
        assumeTrue(canName(name), "this locale cannot spell the name");
        world.pendingFile(name, task(""));
        assertThat(worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ofSeconds(1))))
                .isInstanceOf(Settlement.PutBack.class);
        world.time.advance(Duration.ofSeconds(1));
        assertThat(worker.queue().promote()).isEqualTo(1);
        Actor dying = world.actor("dying");
        Claim claim = dying.claim();
        world.untilQuiet(worker, java.util.Set.of(dying.incarnation()));
        world.passPoll();
        Claim last = worker.claim();
        assertThat(last.stem()).isEqualTo(claim.stem());
        worker.done(last, "ok");
        List<String> done = world.names(TaskState.DONE);
        assertThat(done).hasSize(1);
        ObjectNode document = QueueWorld.document(world.folder(TaskState.DONE).resolve(done.get(0)));
        assertThat(document.path("result").textValue()).isEqualTo("ok");
        assertThat(world.queue.locate(last.stem())).isPresent();
        // And the log speaks of it in a way that can be read back.
        Files.move(
                world.folder(TaskState.DONE).resolve(done.get(0)),
                world.folder(TaskState.PENDING)
                        .resolve(((FileClaim) last).name().task().fileName()));
        world.untilQuiet(dying, java.util.Set.of(worker.incarnation()));
        assertThat(world.names(TaskState.DONE)).isEqualTo(done);
    }

    private static boolean canName(String name) {
        try {
            return Path.of(name).toString().equals(name);
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }

    @Test
    void names_that_leave_no_room_for_a_claim_are_quarantined_and_told_apart() throws IOException {
        String[] names = {
            "n".repeat(190) + ".task.json",
            "n".repeat(245) + ".task.json",
            "\ud83d\ude00".repeat(60) + ".task.json",
            "n" + "\ud83d\ude00".repeat(60) + ".task.json"
        };
        for (String name : names) if (canName(name)) world.pendingFile(name, task(""));
        String good = world.submit("good").stem();
        List<String> run = assertTimeoutPreemptively(PATIENCE, () -> world.drain(worker));
        assertThat(run).containsExactly(good);
        for (String name : names)
            if (canName(name)) assertThat(world.whyQuarantined(name)).contains("longer");
    }

    @Test
    void a_long_name_that_is_used_again_is_quarantined_again() throws IOException {
        String name = "n".repeat(245) + ".task.json";
        for (int i = 0; i < 3; i++) {
            world.pendingFile(name, task(", \"n\": " + i));
            world.passPoll();
            assertThat(worker.queue().claim()).isEmpty();
        }
        List<String> kept = world.names(TaskState.FAILED).stream()
                .filter(found -> found.endsWith(".task.json"))
                .toList();
        assertThat(kept).hasSize(3).contains(name);
        for (String found : kept) assertThat(world.whyQuarantined(found)).contains("longer");
    }

    @Test
    void a_foreign_name_that_is_used_again_replaces_nothing() throws IOException {
        for (int i = 0; i < 3; i++) {
            world.pendingFile("000001-a.task.json", task(", \"n\": " + i));
            world.passPoll();
            worker.done(worker.claim(), "result " + i);
        }
        assertThat(world.names(TaskState.DONE)).hasSize(3).contains("000001-a.task.json");
        for (int i = 0; i < 2; i++) {
            world.pendingFile("000002-b.task.json", "bad " + i);
            world.passPoll();
            assertThat(worker.queue().claim()).isEmpty();
        }
        List<String> refused = world.names(TaskState.FAILED).stream()
                .filter(name -> name.endsWith(".task.json"))
                .toList();
        assertThat(refused).hasSize(2);
        for (String name : refused) world.whyQuarantined(name);
    }

    @Test
    void a_foreign_name_that_is_used_again_while_the_first_waits_for_its_retry_loses_neither() throws IOException {
        for (int i = 0; i < 2; i++) {
            world.pendingFile("000001-a.task.json", task(", \"n\": " + i));
            world.passPoll();
            worker.queue().settle(worker.claim(), QueueWorld.retry(Duration.ofSeconds(12 - i)));
        }
        for (int i = 0; i < 2; i++) {
            world.pendingFile("000001-a.task.json", task(", \"n\": " + (2 + i)));
            world.passPoll();
            Claim claim = worker.queue().claim().orElseThrow();
            worker.queue().settle(claim, QueueWorld.retry(Duration.ZERO));
        }
        world.time.advance(Duration.ofSeconds(20));
        worker.queue().promote();
        world.drain(worker);
        assertThat(world.names(TaskState.DONE)).hasSize(4);
    }

    @Test
    void other_files_in_pending_are_left_alone() throws IOException {
        for (String name : List.of("readme.txt", "x.task.json.tmp", "X.TASK.JSON", "x.task.yaml", ".task.json"))
            world.pendingFile(name, "x");
        assertThat(world.drain(worker)).isEmpty();
        assertThat(world.names(TaskState.PENDING)).hasSize(5);
        assertThat(world.names(TaskState.FAILED)).isEmpty();
    }

    @Test
    void stray_files_in_running_come_back_to_pending() throws IOException {
        Files.write(world.folder(TaskState.RUNNING).resolve("stray.task.json"), task(""));
        Files.write(world.folder(TaskState.RUNNING).resolve(".x.task.json.recovery-1.tmp"), task(""));
        worker.rescue(incarnation -> false);
        assertThat(world.drain(worker)).containsExactly("stray");
        assertThat(Files.exists(
                        world.folder(TaskState.RUNNING).resolve(".x.task.json.recovery-1.tmp"),
                        LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}
