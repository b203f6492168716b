package dev.millrace.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the hot path reads by hand and what the published schema says must be the same. */
class TaskSchemaAgreementTest {
    private static final int DOCUMENTS_OF_A_SEED = 1_000;
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "9",
            "10",
            "9.0",
            "9.5",
            "-0.0",
            "0.0",
            "1e-300",
            "4.9e-324",
            "1e-400",
            "1e9",
            "1000000000.0000001",
            "999999",
            "1000000",
            "999999.5",
            "253402300799",
            "253402300799.5",
            "253402300800",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "-1e400",
            "9".repeat(400),
            "-" + "9".repeat(400),
            "3." + "0".repeat(400) + "1",
            "\"\"",
            "\"text\"",
            "\"5\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"" + "x".repeat(1_000) + "\"",
            "\"" + "x".repeat(1_001) + "\"",
            "[]",
            "[\"a\"]",
            "[\"a\",\"a\"]",
            "[1]",
            "[null]",
            "[\"a\",[\"b\"]]",
            "{}",
            "{\"a\":{\"b\":[NaN]}}",
            "\"none\"",
            "\"full\"",
            "\"exponential\"",
            "\"Fixed\"",
            "0.5",
            "1.0000001",
            "1000",
            "1000.5",
            "[\"\"]",
            "[\"" + "x".repeat(1_001) + "\"]",
            "[" + "\"a\",".repeat(100) + "\"a\"]",
            "{\"strategy\":\"fixed\",\"base\":1}",
            "{\"stratgy\":\"fixed\"}",
            "\"agi.service.task.v1\"",
            "\"AGI.service.task.v1\"",
            "\"agi.service.task.v1 \"");

    private static Map<String, String> wholeTask() {
        Map<String, String> task = new LinkedHashMap<>();
        task.put("schema", "\"agi.service.task.v1\"");
        task.put("task_id", "\"t1\"");
        task.put("created_at", "1795225087.166985");
        task.put("worker_idx", "null");
        task.put("args", "{\"width\": 640}");
        task.put("priority", "5");
        task.put("attempt", "0");
        task.put("timeout_sec", "1.5");
        task.put("tags", "[\"a\", \"b\"]");
        return task;
    }

    /** The same ten in every build, and one that is new and in the test's name. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.rangeClosed(1, 10), LongStream.of(System.nanoTime()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void reader_and_schema_accept_and_refuse_the_same_documents(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> keys = keys();
        int accepted = 0;
        for (int i = 0; i < DOCUMENTS_OF_A_SEED; i++) {
            ObjectNode document = parsed(mutated(random, keys));
            List<String> problems = DocumentSchema.TASK.problems(document);
            assertThat(problems.isEmpty())
                    .as("seed %d, document %d: %s; the schema says %s", seed, i, document, problems)
                    .isEqualTo(isRun(document));
            if (problems.isEmpty()) accepted++;
        }
        assertThat(accepted).isBetween(DOCUMENTS_OF_A_SEED / 10, DOCUMENTS_OF_A_SEED * 9 / 10);
    }

    @Test
    void reader_and_schema_agree_on_every_key_with_every_value() {
        List<String> differing = new ArrayList<>();
        for (String key : keys())
            for (String value : VALUES) {
                Map<String, String> task = wholeTask();
                task.put(key, value);
                ObjectNode document = parsed(task);
                if (DocumentSchema.TASK.problems(document).isEmpty() != isRun(document))
                    differing.add(key + "=" + value);
            }
        assertThat(differing).isEmpty();
    }

    @Test
    void reader_and_schema_agree_on_every_key_of_retry_with_every_value() {
        List<String> differing = new ArrayList<>();
        int accepted = 0;
        for (String key : List.of("strategy", "base", "cap", "factor", "jitter", "on_timeout", "no_retry_on", "other"))
            for (String value : VALUES) {
                Map<String, String> task = wholeTask();
                task.put("retry", "{\"" + key + "\":" + value + "}");
                ObjectNode document = parsed(task);
                boolean isValid = DocumentSchema.TASK.problems(document).isEmpty();
                if (isValid != isRun(document)) differing.add(key + "=" + value);
                if (isValid) accepted++;
            }
        assertThat(differing).isEmpty();
        assertThat(accepted).isGreaterThan(30);
    }

    @Test
    void every_key_that_the_reader_checks_is_in_the_schema() throws IOException {
        String reader = Files.readString(Path.of("src/main/java/dev/millrace/task/TaskKeys.java"));
        List<String> checked = Pattern.compile("rules\\.put\\(\\s*\"(\\w+)\"")
                .matcher(reader)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(checked).hasSizeGreaterThan(15);
        assertThat(keys()).containsAll(checked);
    }

    private static boolean isRun(ObjectNode document) {
        try {
            TaskDocument.checked(document);
            return true;
        } catch (CorruptTaskException e) {
            return false;
        }
    }

    private static Map<String, String> mutated(SplittableRandom random, List<String> keys) {
        Map<String, String> task = wholeTask();
        int changes = random.nextInt(4);
        IntStream.range(0, changes).forEach(i -> {
            String key = keys.get(random.nextInt(keys.size()));
            if (random.nextInt(10) == 0) task.remove(key);
            else task.put(key, VALUES.get(random.nextInt(VALUES.size())));
        });
        return task;
    }

    private static ObjectNode parsed(Map<String, String> task) {
        String text = task.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
        try {
            return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** All keys of the schema, and one that is foreign. */
    private static List<String> keys() {
        try {
            List<String> keys =
                    new ArrayList<>(Json.parse(DocumentSchema.TASK.text().getBytes(StandardCharsets.UTF_8))
                            .path("properties")
                            .propertyStream()
                            .map(Map.Entry::getKey)
                            .toList());
            keys.add("foreign_key");
            return keys;
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }
}
