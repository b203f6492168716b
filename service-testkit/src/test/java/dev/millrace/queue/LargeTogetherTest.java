package dev.millrace.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.MillraceExtension;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large values of tasks that share a file or wait for each other. */
class LargeTogetherTest {
    private static final String LARGE = "x".repeat(2 << 20);

    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of(
                    "length", task -> task.args().path("text").asText().length())
            .handler("grow", task -> LARGE)
            .handler("medium", task -> task.id() + "y".repeat(200_000))
            .handler("fail", task -> {
                throw new IllegalStateException("\u00fc".repeat(50_000) + task.id());
            })
            .handler(
                    "sum",
                    task -> task.dependencies().results().values().stream()
                            .mapToInt(result -> result.asText().length())
                            .sum());

    private static String line(String id, String args) {
        return "{\"schema\": \"agi.service.task.v1\", \"task_id\": \"" + id + "\", \"kind\": \"length\", \"args\": "
                + args + "}\n";
    }

    private static Path drop(TestService service, String name, String content) throws IOException {
        Path file = service.queue().layout().folder(TaskState.PENDING).resolve(name);
        service.disk().create(file, content.getBytes(UTF_8), Durability.OS);
        return file;
    }

    @Test
    void a_large_result_reaches_whoever_waited_for_it_whole(TestService service) {
        service.submit(Task.of("grow").id("a"));
        service.submit(Task.of("grow").id("b"));
        service.submit(Task.of("sum").id("both").dependsOn("a", "b"));
        service.drain();
        service.assertThatTask("both").hasResult(2 * LARGE.length());
    }

    @Test
    void results_of_a_batch_that_are_too_large_together_are_read_one_by_one(TestService service) throws Exception {
        int tasks = 400;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < tasks; i++) lines.append(line("t" + i, "{}").replace("length", "medium"));
        drop(service, "x.n" + tasks + ".batch.jsonl", lines.toString());
        service.drain();
        for (String id : List.of("t0", "t17", "t399"))
            service.assertThatTask(id).hasResult(id + "y".repeat(200_000));
    }

    @Test
    void failures_of_a_batch_that_tell_too_much_together_are_shortened(TestService service) throws Exception {
        int tasks = 400;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < tasks; i++) lines.append(line("t" + i, "{}").replace("length", "fail"));
        drop(service, "x.n" + tasks + ".batch.jsonl", lines.toString());
        service.drain();
        TaskView failed = service.queue().find("t399").get(0);
        TaskRecord record = service.queue().read(failed).orElseThrow();
        assertThat(record.error().orElseThrow())
                .startsWith("IllegalStateException: \u00fc")
                .contains("5002")
                .endsWith("characters; its task shares a file)");
        assertThat(service.queue().counts().of(TaskState.FAILED)).isEqualTo(tasks);
    }

    @Test
    void a_failure_of_a_small_batch_is_told_whole(TestService service) throws Exception {
        drop(service, "x.n1.batch.jsonl", line("t0", "{}").replace("length", "fail"));
        service.drain();
        TaskView failed = service.queue().find("t0").get(0);
        assertThat(service.queue().read(failed).orElseThrow().error().orElseThrow())
                .hasSize("IllegalStateException: ".length() + 50_002);
    }

    @Test
    void a_line_of_a_dropped_file_may_refer_to_a_payload(TestService service) throws Exception {
        byte[] args = "{\"text\": \"by hand\"}".getBytes(UTF_8);
        PayloadReference reference = PayloadReference.to(args);
        service.disk().create(service.queue().layout().payloads().resolve(reference.fileName()), args, Durability.OS);
        drop(
                service,
                "x.batch.jsonl",
                line("large", reference.toJson().toString()) + line("small", "{\"text\": \"four\"}"));
        service.drain();
        service.assertThatTask("large").hasResult(7);
        service.assertThatTask("small").hasResult(4);
    }

    @Test
    void a_line_that_is_too_long_fails_alone_and_says_so(TestService service) throws Exception {
        String tooLong = "y".repeat(TaskDocument.MAX_BYTES);
        drop(
                service,
                "x.n3.batch.jsonl",
                line("one", "{}") + line("bad", "{\"text\": \"" + tooLong + "\"}") + line("three", "{}"));
        service.drain();
        service.assertThatTask("one").isDone();
        service.assertThatTask("three").isDone();
        TaskFilter failed = TaskFilter.all().withStates(EnumSet.of(TaskState.FAILED));
        TaskView bad = service.queue().list(failed).get(0);
        assertThat(service.queue().read(bad).orElseThrow().error().orElseThrow())
                .contains("in line 2; at most 1048576");
        assertThat(service.queue().list(failed)).hasSize(1);
    }

    @Test
    void a_file_that_is_too_large_is_put_aside_as_it_was_and_holds_up_nobody(TestService service) throws Exception {
        String line = line("t", "{\"text\": \"" + "z".repeat(1 << 19) + "\"}");
        String content = line.repeat(BatchLines.MAX_BYTES / line.length() + 1);
        Path dropped = drop(service, "x.batch.jsonl", content);
        service.submit(Task.of("length").id("other").args(Map.of("text", "abc")));
        service.drain();
        service.assertThatTask("other").hasResult(3);
        assertThat(service.disk().exists(dropped)).isFalse();
        Path folder = service.queue().layout().folder(TaskState.FAILED);
        Path failed = folder.resolve("x.n0.batch.jsonl");
        assertThat(service.disk().read(failed, content.length()))
                .as("nothing is lost")
                .isEqualTo(content.getBytes(UTF_8));
        assertThat(new String(service.disk().read(Quarantine.sidecarOf(failed), TaskDocument.MAX_BYTES), UTF_8))
                .contains("16777216");
    }
}
