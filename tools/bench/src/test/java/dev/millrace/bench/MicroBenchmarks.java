package dev.millrace.bench;

import dev.millrace.json.Json;
import dev.millrace.task.ClaimName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a task costs before any disk is asked. Public, because JMH calls it from a package of its own. */
public final class MicroBenchmarks {
    private MicroBenchmarks() {}

    /** A document of the usual size. */
    @State(Scope.Benchmark)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public static class Document {
        private final byte[] bytes = ("{\"schema\":\"" + TaskDocument.SCHEMA
                        + "\",\"task_id\":\"0193f0f1-5a5f-7c3e-8f00-000000000001\",\"created_at\":1770000000.123456,"
                        + "\"kind\":\"noop\",\"args\":{\"width\":640,\"name\":\"" + "x".repeat(100) + "\"}}")
                .getBytes(StandardCharsets.UTF_8);

        @Benchmark
        public TaskDocument parse() throws CorruptTaskException {
            return TaskDocument.parse(bytes);
        }

        @Benchmark
        public byte[] parse_and_write() throws CorruptTaskException {
            return Json.bytes(TaskDocument.parse(bytes).body());
        }
    }

    /** The names that a task has on its way. */
    @State(Scope.Benchmark)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public static class Name {
        private static final String INCARNATION = "a1b2c3d4e5f60718a1b2c3d4e5f60718";
        private final String stem = new TaskOrder(
                        4, 1_770_000_000_123_456L, 7, new TaskMarks(false, false, TaskMarks.tagOf("noop")))
                .stem("0193f0f1-5a5f-7c3e-8f00-000000000001");
        private final String pending = new TaskName(stem, 1, 0).fileName();
        private final String claim =
                new ClaimName(TaskName.parse(pending), ClaimName.Stage.CLAIM, INCARNATION, 12).fileName();

        @Benchmark
        public Optional<TaskOrder> parse_pending() {
            return TaskOrder.of(TaskName.parse(pending).stem());
        }

        @Benchmark
        public Optional<ClaimName> parse_claim() {
            return ClaimName.parse(claim);
        }

        @Benchmark
        public String write_claim() {
            return new ClaimName(TaskName.parse(pending), ClaimName.Stage.CLAIM, INCARNATION, 12).fileName();
        }
    }
}
