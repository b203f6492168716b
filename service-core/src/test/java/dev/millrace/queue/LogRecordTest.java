package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogRecordTest {
    private static final LogRecord RECORD = new LogRecord(
            "51767268800000123beef-x",
            3,
            17,
            TaskState.DONE,
            120,
            "0badcafe",
            "51767268800000123beef-x.task.json",
            ",\"status\":\"done\"}");

    private static byte[] withoutEnd(byte[] line) {
        assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
        return Arrays.copyOf(line, line.length - 1);
    }

    @Test
    void a_record_is_one_line_that_reads_back() {
        byte[] line = RECORD.toLine();
        assertThat(new String(line, StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(LogRecord.parse(withoutEnd(line))).contains(RECORD);
    }

    @Test
    void a_line_torn_at_any_byte_is_skipped() {
        byte[] line = RECORD.toLine();
        for (int length = 0; length < line.length - 1; length++)
            assertThat(LogRecord.parse(Arrays.copyOf(line, length)))
                    .as("torn at " + length)
                    .isEmpty();
    }

    @Test
    void a_line_with_any_bit_turned_is_skipped() {
        byte[] line = withoutEnd(RECORD.toLine());
        for (int at = 0; at < line.length; at++)
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = line.clone();
                damaged[at] ^= (byte) (1 << bit);
                assertThat(LogRecord.parse(damaged))
                        .as("byte " + at + " bit " + bit)
                        .isEmpty();
            }
    }

    @Test
    void half_a_line_in_front_spoils_only_its_neighbour() {
        byte[] line = withoutEnd(RECORD.toLine());
        byte[] glued = Arrays.copyOf(Arrays.copyOf(line, 20), 20 + line.length);
        System.arraycopy(line, 0, glued, 20, line.length);
        assertThat(LogRecord.parse(glued)).isEmpty();
    }

    @Test
    void hostile_names_read_back_as_they_were() {
        SplittableRandom random = new SplittableRandom(77);
        String[] pieces = {
            "%", "%0a", "%25", "\t", "\n", "\r", " ", "a", "\u00e4", "\ud83d\ude00", "\"", "\\", "\u0000", "|"
        };
        for (int i = 0; i < 5_000; i++) {
            LogRecord record = new LogRecord(
                    name(random, pieces),
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextBoolean() ? TaskState.DONE : TaskState.CANCELLED,
                    random.nextLong(1L << 40),
                    "00000000",
                    name(random, pieces),
                    ",\"x\":\"\\t\\n \\\\ " + random.nextInt() + "\"}");
            assertThat(LogRecord.parse(withoutEnd(record.toLine()))).contains(record);
        }
    }

    private static String name(SplittableRandom random, String[] pieces) {
        StringBuilder name = new StringBuilder("n");
        for (int i = random.nextInt(12); i > 0; i--) name.append(pieces[random.nextInt(pieces.length)]);
        return name.toString();
    }

    @Test
    void noise_is_skipped() {
        SplittableRandom random = new SplittableRandom(78);
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThat(LogRecord.parse(noise)).isEmpty();
        }
        assertThat(LogRecord.parse("01234567\tv2\t\t\t\t\t\t\t".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void a_record_is_for_a_document_that_begins_as_its_own_did() {
        byte[] document = "{\"n\":1}".getBytes(StandardCharsets.US_ASCII);
        int brace = document.length - 1;
        LogRecord record = new LogRecord(
                "x", 0, 1, TaskState.DONE, brace, LogRecord.frontOf(document, brace), "x.task.json", ",\"r\":1}");
        assertThat(record.isFor(document)).isTrue();
        assertThat(record.isFor(record.on(document))).isTrue();
        assertThat(record.isFor(Arrays.copyOf(document, brace))).isTrue();
        assertThat(record.isFor(Arrays.copyOf(document, brace - 1))).isFalse();
        document[2] ^= 1;
        assertThat(record.isFor(document)).isFalse();
    }

    @Test
    void a_name_that_was_taken_meanwhile_has_another_beside_it_which_is_always_the_same() {
        String other = RECORD.otherTerminalName();
        assertThat(other).matches("51767268800000123beef-x\\.again-[0-9a-f]{8}\\.task\\.json");
        assertThat(RECORD.otherTerminalName()).isEqualTo(other);
    }
}
