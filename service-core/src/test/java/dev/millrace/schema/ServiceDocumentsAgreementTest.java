package dev.millrace.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.ServiceSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Records and heartbeats are read on every look, by readers that check them by hand. Each key takes each of these values
 * here, and is left out: the readers must agree with the schemas on what is damaged.
 */
class ServiceDocumentsAgreementTest {
    private static final String LIFE = "0123456789abcdef0123456789abcdef";

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "1",
            "-1",
            "1.5",
            "1e300",
            "1e400",
            "NaN",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"/x\"",
            "\"running\"",
            "\"" + LIFE + "\"",
            "[]",
            "[1]",
            "[{}]",
            "{}",
            "{\"a\": 1}",
            "[{\"id\": 0, \"name\": \"a\", \"host\": \"h\"}]",
            "[{\"id\": \"0\", \"name\": \"a\", \"host\": \"h\"}]",
            "[{\"name\": \"a\", \"host\": \"h\"}]",
            "[{\"id\": -1, \"name\": \"a\", \"host\": \"h\"}]",
            "[{\"id\": 0, \"host\": \"h\"}]",
            "[{\"id\": 0, \"name\": 7, \"host\": \"h\"}]",
            "[{\"id\": 0, \"name\": \"\", \"host\": \"h\"}]");

    /** A record is refused whole, for a damaged one is worse than none; by these keys services are found and ended. */
    private static final Set<String> DECISIVE_IN_RECORDS =
            Set.of("schema", "app", "target", "app_folder", "queue_dir", "phase", "settings", "workers");

    /** Whose beat it is, and when. The rest of a heartbeat that is damaged is left out, and the beat still counts. */
    private static final Set<String> DECISIVE_IN_HEARTBEATS = Set.of("worker", "timestamp");

    private interface Reader {
        boolean isRead(JsonNode document);
    }

    private record Damaged(String key, String what, ObjectNode document) {}

    private static ObjectNode record() {
        return new ServiceRecord(
                        "app",
                        "target",
                        Path.of("/app"),
                        Path.of("/queue"),
                        ServiceRecord.Phase.RUNNING,
                        1.5,
                        new ProcessIdentity(7, "t1", "host", "host|boot"),
                        "/x.jar",
                        ServiceSettings.defaults(),
                        List.of(new WorkerEntry(0, "127.0.0.1:1", "127.0.0.1")))
                .toJson();
    }

    private static ObjectNode beat() {
        return new Heartbeat(
                        0,
                        "w",
                        new ProcessIdentity(7, "t1", "host", "host|boot"),
                        LIFE,
                        2.5,
                        Heartbeat.State.PROCESSING,
                        3,
                        1.5,
                        2,
                        List.of(new Heartbeat.CurrentTask("t", "k", 1.5, 2.0)),
                        Optional.of(new Heartbeat.Load(0.5, 1000, 9)),
                        Optional.of(new Heartbeat.Recent(60, 1, 2, 0.1, 0.2, 0.3, 0.4)))
                .toJson();
    }

    private static boolean isRecord(JsonNode document) {
        try {
            return !ServiceRecord.fromJson(document).target().isEmpty();
        } catch (MalformedJsonException damaged) {
            return false;
        }
    }

    private static boolean isHeartbeat(JsonNode document) {
        return Heartbeat.fromJson(document).isPresent();
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static List<Damaged> variants(DocumentSchema schema, ObjectNode whole) {
        Set<String> keys = new TreeSet<>();
        whole.properties().forEach(entry -> keys.add(entry.getKey()));
        parsed(schema.text()).path("properties").properties().forEach(entry -> keys.add(entry.getKey()));
        List<Damaged> variants = new ArrayList<>();
        for (String key : keys) {
            variants.add(new Damaged(key, key + " left out", whole.deepCopy().without(key)));
            for (String value : VALUES) {
                ObjectNode changed = whole.deepCopy();
                changed.set(key, parsed(value));
                variants.add(new Damaged(key, key + " = " + value, changed));
            }
        }
        return variants;
    }

    private static List<String> readAlthoughDamaged(
            DocumentSchema schema, ObjectNode whole, Set<String> decisive, Reader reader) {
        return variants(schema, whole).stream()
                .filter(one -> decisive.contains(one.key()))
                .filter(one -> reader.isRead(one.document())
                        && !schema.problems(one.document()).isEmpty())
                .map(Damaged::what)
                .toList();
    }

    private static List<String> refusedAlthoughValid(DocumentSchema schema, ObjectNode whole, Reader reader) {
        return variants(schema, whole).stream()
                .filter(one -> !reader.isRead(one.document())
                        && schema.problems(one.document()).isEmpty())
                .map(Damaged::what)
                .toList();
    }

    @Test
    void a_heartbeat_that_is_damaged_where_it_counts_is_skipped_and_nothing_valid_is() {
        assertThat(DocumentSchema.HEARTBEAT.problems(beat())).isEmpty();
        assertThat(readAlthoughDamaged(
                        DocumentSchema.HEARTBEAT,
                        beat(),
                        DECISIVE_IN_HEARTBEATS,
                        ServiceDocumentsAgreementTest::isHeartbeat))
                .isEmpty();
        assertThat(refusedAlthoughValid(DocumentSchema.HEARTBEAT, beat(), ServiceDocumentsAgreementTest::isHeartbeat))
                .isEmpty();
    }

    @Test
    void a_record_that_is_damaged_where_it_counts_is_refused() {
        assertThat(DocumentSchema.RECORD.problems(record())).isEmpty();
        assertThat(readAlthoughDamaged(
                        DocumentSchema.RECORD, record(), DECISIVE_IN_RECORDS, ServiceDocumentsAgreementTest::isRecord))
                .isEmpty();
        // Ours writes it from the first version on; the schema lets others leave it out.
        assertThat(refusedAlthoughValid(DocumentSchema.RECORD, record(), ServiceDocumentsAgreementTest::isRecord))
                .containsOnly("class_path left out");
    }
}
