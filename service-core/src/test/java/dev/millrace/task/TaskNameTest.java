package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskNameTest {
    private static final long SEED = 20_260_101;

    @ParameterizedTest
    @CsvSource({
        "x.task.json, x, 1, 0",
        "x.a2r1.task.json, x, 2, 1",
        "x.a2r1.a3r2.task.json, x.a2r1, 3, 2",
        "x.a0r1.task.json, x.a0r1, 1, 0",
        "x.a1000000r1.task.json, x.a1000000r1, 1, 0",
        "x.a999999r99999999.task.json, x, 999999, 99999999",
        "x.a2.task.json, x.a2, 1, 0",
        ".a2r1.task.json, .a2r1, 1, 0",
        ".x.task.json, .x, 1, 0",
        "a b.task.json, a b, 1, 0",
        "x.task.json.task.json, x.task.json, 1, 0",
        "000001-1767268800000-0123abcd-000-w.task.json, 000001-1767268800000-0123abcd-000-w, 1, 0"
    })
    void a_file_name_says_stem_attempt_and_returns(String fileName, String stem, int attempt, int returns) {
        assertThat(TaskName.parse(fileName)).isEqualTo(new TaskName(stem, attempt, returns));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.task.json", ".x.task.json", "x.a2r1.task.json", "\n.task.json"})
    void names_with_the_ending_are_task_files(String name) {
        assertThat(TaskName.isTaskFile(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".task.json", "x.TASK.JSON", "x.task.json.tmp", "x.task.pkl", "task.json", "x.json", ""})
    void other_names_are_not(String name) {
        assertThat(TaskName.isTaskFile(name)).isFalse();
    }

    @Test
    void each_return_makes_a_name_that_was_never_there_and_keeps_the_stem() {
        TaskName first = new TaskName("s", 1, 0);
        assertThat(first.fileName()).isEqualTo("s.task.json");
        assertThat(first.nextAttempt()).isEqualTo(new TaskName("s", 2, 1));
        assertThat(first.sameAttempt()).isEqualTo(new TaskName("s", 1, 1));
        assertThat(first.sameAttempt().fileName()).isEqualTo("s.a1r1.task.json");
        assertThat(first.nextAttempt().sameAttempt().terminalFileName()).isEqualTo("s.task.json");
    }

    @Test
    void scheduled_names_begin_with_the_due_time_and_stay_in_order() {
        TaskName name = new TaskName("s", 2, 3);
        assertThat(name.scheduledFileName(1_767_268_800_000L)).isEqualTo("1767268800000-s.a2r3.task.json");
        assertThat(name.scheduledFileName(5)).isEqualTo("0000000000005-s.a2r3.task.json");
        assertThat(name.scheduledFileName(Long.MAX_VALUE)).isEqualTo("999999999999999-s.a2r3.task.json");
        assertThat(name.scheduledFileName(-1)).isEqualTo("0000000000000-s.a2r3.task.json");
    }

    @Test
    void whatever_the_stem_a_name_reads_back_as_it_was_written() {
        SplittableRandom random = new SplittableRandom(SEED);
        String alphabet = "ab.-_% \n\t0129r\u00e4\ud83d\ude00";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder stem = new StringBuilder("s");
            for (int length = random.nextInt(20); length > 0; length--)
                stem.append(alphabet.charAt(random.nextInt(alphabet.length())));
            int attempt = 1 + random.nextInt(999_999);
            int returns = 1 + random.nextInt(99_999_999);
            TaskName name = new TaskName(stem.toString(), attempt, returns);
            assertThat(TaskName.parse(name.fileName())).isEqualTo(name);
        }
    }

    @Test
    void impossible_names_are_refused() {
        assertThatThrownBy(() -> new TaskName("", 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskName("x", 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskName("x", 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
