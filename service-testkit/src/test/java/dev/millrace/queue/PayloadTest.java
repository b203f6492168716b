package dev.millrace.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchName;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.MillraceExtension;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are too large for a document go by reference; whoever reads sees them in their places. */
class PayloadTest {
    private static final String LARGE = "x".repeat(2 << 20);
    private static final Duration LATER = Duration.ofSeconds(10);

    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of(
                    "length",
                    task -> task.args().path("text").asText().length()
                            + task.plan().size())
            .handler("grow", task -> LARGE);

    private static Task large(String id) {
        return Task.of("length").id(id).args(Map.of("text", LARGE));
    }

    private static List<String> payloads(TestService service) throws IOException {
        return service.disk().sortedNames(service.queue().layout().payloads());
    }

    private static JsonNode onDisk(TestService service, String id) throws Exception {
        return Json.parse(service.disk().read(service.task(id).view().file(), TaskDocument.MAX_BYTES));
    }

    private static Path onlyPayload(TestService service) throws IOException {
        assertThat(payloads(service)).hasSize(1);
        return service.queue().layout().payloads().resolve(payloads(service).get(0));
    }

    @Test
    void large_arguments_reach_the_handler_whole_and_the_document_stays_small(TestService service) throws Exception {
        service.submit(large("big"));
        JsonNode reference = onDisk(service, "big").path("args").path("$payload");
        assertThat(reference.path("bytes").asInt()).isEqualTo(LARGE.length() + 11);
        assertThat(payloads(service)).containsExactly(reference.path("sha256").asText() + ".json");
        service.drain();
        service.assertThatTask("big").isDone().hasResult(LARGE.length());
        assertThat(service.task("big").value("args").path("text").asText()).isEqualTo(LARGE);
        assertThat(onDisk(service, "big").path("args").has("$payload")).isTrue();
    }

    @Test
    void plan_and_arguments_go_by_reference_as_far_as_needed(TestService service) throws Exception {
        List<Integer> plan = IntStream.range(0, 300_000).boxed().toList();
        service.submit(large("both").plan(Json.tree(plan)));
        service.submit(Task.of("length").id("plan").args(Map.of("text", "abc")).plan(Json.tree(plan)));
        service.drain();
        service.assertThatTask("both").hasResult(LARGE.length() + plan.size());
        service.assertThatTask("plan").hasResult(3 + plan.size());
        assertThat(onDisk(service, "plan").path("args").path("text").asText()).isEqualTo("abc");
        assertThat(payloads(service)).hasSize(2);
    }

    @Test
    void a_large_result_is_kept_and_whoever_awaits_it_gets_it_whole(TestService service) throws Exception {
        Submission submitted = service.submit(Task.of("grow").id("g"));
        TaskResult result = service.receipt(submitted).await(Duration.ofMinutes(1));
        assertThat(result.result().asText()).isEqualTo(LARGE);
        assertThat(onDisk(service, "g")
                        .path("result")
                        .path("$payload")
                        .path("bytes")
                        .asInt())
                .isEqualTo(LARGE.length() + 2);
    }

    @Test
    void equal_values_share_a_file_and_a_damaged_one_is_written_anew(TestService service) throws Exception {
        service.submit(large("one"));
        service.submit(large("two"));
        Path file = onlyPayload(service);
        service.disk().writeAt(file, 100, "y".getBytes(UTF_8));
        service.submit(large("three"));
        assertThat(onlyPayload(service)).isEqualTo(file);
        service.drain();
        service.assertThatTask("one").isDone();
        service.assertThatTask("three").isDone();
    }

    @Test
    void a_task_with_a_payload_has_a_file_of_its_own_and_small_ones_beside_it_share_theirs(TestService service) {
        service.submit(Task.of("length").args(Map.of()));
        service.drain();
        List<Submission> all = service.submitAll(List.of(
                large("big"), Task.of("length").id("a"), Task.of("length").id("b")));
        assertThat(all)
                .extracting(one -> BatchName.partOf(one.stem()).isPresent())
                .containsExactly(false, true, true);
        service.drain();
        service.assertNothingFailed();
    }

    @Test
    void a_large_result_of_a_task_in_a_batch_is_kept_too(TestService service) {
        service.handle("some", task -> task.id().equals("t1") ? LARGE : "small");
        service.submit(Task.of("some").id("first"));
        service.drain();
        List<Submission> all = service.submitAll(
                IntStream.range(0, 3).mapToObj(i -> Task.of("some").id("t" + i)).toList());
        assertThat(BatchName.partOf(all.get(1).stem())).isPresent();
        service.drain();
        service.assertThatTask("t0").hasResult("small");
        service.assertThatTask("t1").hasResult(LARGE);
    }

    // ------------------------------------------------------------------ what can be wrong

    @Test
    void a_missing_payload_fails_its_task_alone_and_says_which_file(TestService service) throws Exception {
        service.submit(large("lost"));
        service.submit(Task.of("length").id("other"));
        Path file = onlyPayload(service);
        service.disk().delete(file);
        service.drain();
        service.assertThatTask("lost")
                .hasFailedWith("args: " + file + " is missing")
                .wasAttempted(1);
        assertThat(service.task("lost").quarantine()).isEmpty();
        assertThat(service.task("lost")
                        .value("args")
                        .path("$payload")
                        .path("problem")
                        .asText())
                .contains("is missing");
        service.assertThatTask("other").isDone();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_damaged_payload_fails_its_task(boolean longer, TestService service) throws Exception {
        service.submit(large("bad"));
        service.disk().writeAt(onlyPayload(service), longer ? LARGE.length() + 20 : 50, "!".getBytes(UTF_8));
        service.drain();
        service.assertThatTask("bad").hasFailedWith("is damaged").hasFailedWith("submit the task again");
    }

    @Test
    void a_payload_that_cannot_be_read_now_is_waited_for_without_spending_an_attempt(TestService service) {
        service.submit(large("slow").maxAttempts(1));
        var fault = service.disk()
                .fault(
                        call -> call.is(Operation.READ) && call.isIn("payloads"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        service.drain();
        service.assertThatTask("slow").isWaiting().wasAttempted(0);
        fault.close();
        service.run(LATER);
        service.assertThatTask("slow").isDone().wasAttempted(1);
    }

    @Test
    void a_full_disk_refuses_the_submit_and_keeps_the_result_until_there_is_room(TestService service) throws Exception {
        var full = service.disk()
                .fault(
                        call -> call.is(Operation.CREATE) && call.isIn("payloads"),
                        Moment.HALFWAY,
                        DiskTrouble.noSpace());
        assertThatThrownBy(() -> service.submit(large("big")))
                .hasMessageContaining("bytes of its args")
                .hasMessageContaining("No space left on device");
        full.close();
        service.disk()
                .faultOnce(
                        call -> call.is(Operation.CREATE) && call.isIn("payloads"),
                        Moment.BEFORE,
                        DiskTrouble.noSpace());
        service.submit(Task.of("grow").id("g"));
        service.drain();
        service.assertThatTask("g").isDone().hasResult(LARGE);
        service.assertThatTask("g").wasAttempted(1);
    }

    // ------------------------------------------------------------------ plain files

    private static void write(TestService service, String id, String args) throws IOException {
        byte[] text = ("{\"schema\": \"agi.service.task.v1\", \"task_id\": \"" + id
                        + "\", \"kind\": \"length\", \"args\": " + args + "}")
                .getBytes(UTF_8);
        Path pending = service.queue().layout().folder(TaskState.PENDING);
        service.disk().create(pending.resolve(id + ".task.json"), text, Durability.OS);
    }

    @Test
    void any_program_may_write_payload_and_reference_itself(TestService service) throws Exception {
        byte[] args = "{\"text\": \"by hand\"}".getBytes(UTF_8);
        PayloadReference reference = PayloadReference.to(args);
        service.disk().create(service.queue().layout().payloads().resolve(reference.fileName()), args, Durability.OS);
        write(service, "hand", reference.toJson().toString());
        service.drain();
        service.assertThatTask("hand").hasResult(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$payload\": \"../../secrets\"}",
                "{\"$payload\": {\"sha256\": \"../../../../etc/passwd\", \"bytes\": 5}}",
                "{\"$payload\": {\"sha256\": \"ABC\", \"bytes\": 5}}",
                "{\"$payload\": {\"bytes\": 5}}"
            })
    void what_is_no_reference_fails_its_task_and_never_touches_a_path(String args, TestService service)
            throws Exception {
        write(service, "odd", args);
        service.drain();
        service.assertThatTask("odd").hasFailedWith("args is no reference to a payload: it must be");
    }

    @Test
    void a_payload_that_is_no_object_is_no_arguments(TestService service) throws Exception {
        PayloadReference reference = PayloadReference.to("[1]".getBytes(UTF_8));
        service.disk()
                .create(
                        service.queue().layout().payloads().resolve(reference.fileName()),
                        "[1]".getBytes(UTF_8),
                        Durability.OS);
        write(service, "list", reference.toJson().toString());
        service.drain();
        service.assertThatTask("list").hasFailedWith("holds no JSON object");
    }

    @Test
    void an_object_that_only_looks_like_one_stays_as_it_is(TestService service) throws Exception {
        write(service, "near", "{\"$payload\": {\"sha256\": \"x\"}, \"text\": \"four\"}");
        service.drain();
        service.assertThatTask("near").hasResult(4);
    }

    @Test
    void a_submit_that_refers_to_a_payload_itself_is_checked(TestService service) throws Exception {
        service.submit(large("first"));
        JsonNode reference = onDisk(service, "first").path("args");
        service.submit(Task.of("length").id("again").with("args", reference));
        service.drain();
        service.assertThatTask("again").hasResult(LARGE.length());
        service.disk().delete(onlyPayload(service));
        assertThatThrownBy(() -> service.submit(Task.of("length").with("args", reference)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("cannot be used: args: ")
                .hasMessageContaining("is missing");
    }

    // ------------------------------------------------------------------ limits

    /** A queue on the service's disk with limits of its own. */
    private static TaskQueue limited(TestService service, int largest, long quota) {
        QueuePorts ports = new QueuePorts(service.disk(), service.time(), new Random(1), RecordingEvents.create());
        return TaskQueue.inDirectory(
                service.queue().layout(), QueueOptions.defaults(), ports, new PayloadLimits(1_000, largest, quota));
    }

    @Test
    void what_is_larger_than_the_limit_is_refused_with_key_size_and_way_out(TestService service) throws Exception {
        assertThatThrownBy(() -> limited(service, 1 << 20, 1 << 30).submit(large("big")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("args '2097163 bytes' is too large: at most 1048576 bytes")
                .hasMessageContaining("payload_limit_bytes in [service]")
                .hasMessageContaining("raise the limit");
        assertThat(payloads(service)).isEmpty();
        assertThat(service.queue().counts().total()).isZero();
    }

    @Test
    void other_keys_of_a_document_have_no_room_beside_it(TestService service) {
        assertThatThrownBy(() -> service.submit(large("big").with("note", LARGE)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("at most 1048576: only args, plan and metadata may be larger");
    }

    @Test
    void what_finds_no_room_below_the_quota_is_refused_and_equal_values_need_none(TestService service)
            throws Exception {
        TaskQueue queue = limited(service, 4 << 20, 3 << 20);
        queue.submit(large("first"));
        queue.submit(large("same"));
        assertThatThrownBy(() -> queue.submit(Task.of("length").args(Map.of("text", LARGE + "y"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("holds 2097163 of 3145728 bytes (payload_quota_bytes in [service])")
                .hasMessageContaining("raise the quota");
        assertThat(service.queue().counts().total()).isEqualTo(2);
    }

    @Test
    void a_result_beyond_limit_or_quota_fails_its_task_and_says_so(TestService service) throws Exception {
        TaskQueue queue = limited(service, 3_000, 4_000);
        List<Submission> all = queue.submitAll(
                List.of(Task.of("a").id("a"), Task.of("b").id("b"), Task.of("c").id("c")));
        try (WorkerQueue mine = queue.join(Member.newLife(0, "w", new Random(2)))) {
            for (int size : List.of(2_000, 5_000, 2_500))
                mine.settle(mine.claim().orElseThrow(), new Outcome.Done(TextNode.valueOf("z".repeat(size))));
        }
        assertThat(record(queue, all.get(0)).result().asText()).hasSize(2_000);
        assertThat(record(queue, all.get(1)).error().orElseThrow())
                .contains("the result, 5002 bytes, is too large: at most 3000 bytes");
        assertThat(record(queue, all.get(2)).error().orElseThrow())
                .contains("the result, 2502 bytes, finds no room")
                .contains("payload_quota_bytes");
    }

    private static TaskRecord record(TaskQueue queue, Submission one) throws IOException {
        return queue.read(queue.locate(one.stem()).orElseThrow()).orElseThrow();
    }
}
