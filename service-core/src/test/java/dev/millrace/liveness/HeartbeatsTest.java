package dev.millrace.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat.CurrentTask;
import dev.millrace.liveness.Heartbeat.Load;
import dev.millrace.liveness.Heartbeat.State;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatsTest {
    private static final String LIFE = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private static Heartbeat beat(String worker, double timestamp) {
        return new Heartbeat(
                7,
                worker,
                new ProcessIdentity(42, "t1", "host", "host|boot"),
                LIFE,
                timestamp,
                State.PROCESSING,
                5,
                1_000.5,
                3,
                List.of(new CurrentTask("t", "k", 1.5, 2.5)),
                Optional.of(new Load(0.5, 1_000, 9)),
                Optional.of(new Heartbeat.Recent(60, 1, 2, 0.1, 0.2, 0.3, 0.4)));
    }

    @Test
    void a_heartbeat_reads_back_as_it_was_written() throws IOException {
        Heartbeat written = beat("tcp://127.0.0.1:8786", 1795225087.166985);
        Heartbeats.write(Disk.local(), folder, written);
        assertThat(folder.resolve("007-tcp-127.0.0.1-8786.json")).exists();
        assertThat(Heartbeats.readAll(Disk.local(), folder)).isEqualTo(Map.of("tcp://127.0.0.1:8786", written));
        assertThat(Disk.local().sortedNames(folder)).hasSize(1);
    }

    @Test
    void agilabs_keys_bear_agilabs_names_and_types() {
        ObjectNode json = beat("w", 12.5).toJson();
        assertThat(json.path("worker_id").isInt()).isTrue();
        assertThat(json.path("worker").textValue()).isEqualTo("w");
        assertThat(json.path("pid").isIntegralNumber()).isTrue();
        assertThat(json.path("worker_incarnation").textValue()).isEqualTo(LIFE);
        assertThat(json.path("timestamp").doubleValue()).isEqualTo(12.5);
        assertThat(json.path("state").textValue()).isEqualTo("processing");
    }

    @Test
    void agilabs_own_heartbeats_are_read() throws IOException {
        Files.writeString(
                folder.resolve("000-py.json"),
                "{\"worker_id\": 3, \"worker\": \"py\", \"pid\": 77, \"worker_incarnation\": \"" + LIFE
                        + "\", \"timestamp\": 1795225087.5, \"state\": \"running\"}");
        Heartbeat read =
                Heartbeats.readAll(Disk.local(), folder).values().iterator().next();
        assertThat(read.workerId()).isEqualTo(3);
        assertThat(read.process().pid()).isEqualTo(77);
        assertThat(read.incarnation()).isEqualTo(LIFE);
        assertThat(read.state()).isEqualTo(State.RUNNING);
        assertThat(read.sequence()).isZero();
        assertThat(read.slots()).isEqualTo(1);
        assertThat(read.load()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "7",
                "{}",
                "{\"worker\": \"w\"}",
                "{\"worker\": \"w\", \"timestamp\": 0}",
                "{\"worker\": \"w\", \"timestamp\": -1}",
                "{\"worker\": \"w\", \"timestamp\": NaN}",
                "{\"worker\": \"w\", \"timestamp\": Infinity}",
                "{\"worker\": \" \", \"timestamp\": 1}",
                "{\"timestamp\": 1}",
                "{\"worker\": \"w\", \"timest"
            })
    void what_is_no_heartbeat_is_skipped(String content) throws IOException {
        Files.writeString(folder.resolve("000-bad.json"), content);
        Files.write(
                folder.resolve("001-good.json"), Json.bytes(beat("good", 1.0).toJson()));
        assertThat(Heartbeats.readAll(Disk.local(), folder)).containsOnlyKeys("good");
    }

    @Test
    void folders_links_giants_and_other_files_are_skipped() throws IOException {
        Files.createDirectory(folder.resolve("000-dir.json"));
        Files.createSymbolicLink(folder.resolve("001-link.json"), Path.of("/etc/passwd"));
        Files.writeString(folder.resolve("002-huge.json"), " ".repeat(Heartbeats.MAX_BYTES + 1));
        Files.writeString(folder.resolve("003-x.json.tmp"), "{}");
        Files.write(
                folder.resolve("004-good.json"), Json.bytes(beat("good", 1.0).toJson()));
        assertThat(Heartbeats.readAll(Disk.local(), folder)).containsOnlyKeys("good");
        assertThat(Heartbeats.readAll(Disk.local(), folder.resolve("absent"))).isEmpty();
    }

    @Test
    void the_newest_of_a_worker_counts() throws IOException {
        Files.write(folder.resolve("a.json"), Json.bytes(beat("w", 2.0).toJson()));
        Files.write(folder.resolve("b.json"), Json.bytes(beat("w", 3.0).toJson()));
        Files.write(folder.resolve("c.json"), Json.bytes(beat("w", 1.0).toJson()));
        assertThat(Heartbeats.readAll(Disk.local(), folder).values())
                .extracting(Heartbeat::timestamp)
                .containsExactly(3.0);
    }

    @Test
    void values_of_wrong_types_do_not_stop_a_reader() throws Exception {
        String odd = "{\"worker\": \"w\", \"timestamp\": 1.0, \"worker_id\": \"x\", \"pid\": 1e300, \"state\": 7,"
                + " \"sequence\": \"many\", \"slots\": -5, \"current_tasks\": {\"a\": 1}, \"memory_bytes\": 1e99}";
        Heartbeat read = Heartbeat.fromJson(Json.parse(odd.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow();
        assertThat(read.slots()).isEqualTo(1);
        assertThat(read.sequence()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:8786, tcp-127.0.0.1-8786",
        "127.0.0.1:34567, 127.0.0.1-34567",
        ":::, worker",
        "'', worker",
        "a b/c, a-b-c",
        "--a--, a",
        "w_1.x-2, w_1.x-2",
        "../../x, ..-..-x",
        "\u00fc, worker"
    })
    void a_workers_name_is_made_safe_by_agilabs_rule(String name, String safe) {
        assertThat(WorkerName.safe(name)).isEqualTo(safe);
    }

    @Test
    void a_nameless_worker_is_called_by_its_number() {
        assertThat(WorkerName.heartbeatFile(12, "")).isEqualTo("012-12.json");
        assertThat(WorkerName.heartbeatFile(1234, "w")).isEqualTo("1234-w.json");
    }

    /** A process of its own, because the limit is one of processes: files of this one end at 4 to 8 KiB. */
    @Test
    void a_heartbeat_whose_write_fails_half_way_leaves_the_one_before_and_no_draft() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 8 && exec \"$@\"",
                        "sh",
                        java,
                        "-XX:-UsePerfData",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LimitedWriter.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("File too large");
        assertThat(Disk.local().sortedNames(folder)).containsExactly("007-w.json");
        assertThat(Heartbeats.readAll(Disk.local(), folder)).isEqualTo(Map.of("w", beat("w", 1)));
    }

    /** Writes a small heartbeat, then one that is larger than a file of its process may be. */
    static final class LimitedWriter {
        private LimitedWriter() {}

        public static void main(String[] arguments) throws IOException {
            Path target = Path.of(arguments[0]);
            Heartbeats.write(Disk.local(), target, beat("w", 1));
            Heartbeat small = beat("w", 2);
            Heartbeat large = new Heartbeat(
                    small.workerId(),
                    small.worker(),
                    small.process(),
                    small.incarnation(),
                    small.timestamp(),
                    small.state(),
                    6,
                    small.startedAt(),
                    1_000,
                    Collections.nCopies(1_000, new CurrentTask("t", "k", 1.5, 2.5)),
                    small.load(),
                    small.recent());
            try {
                Heartbeats.write(Disk.local(), target, large);
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }
}
