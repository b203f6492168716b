package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "A-1", "2026-01-01.csv", "x_y.z-1", "0"})
    void plain_ids_are_taken(String id) {
        assertThat(new TaskId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "../x",
                "a/b",
                "a\\b",
                ".hidden",
                "-rf",
                "_x",
                "a..b",
                "a b",
                "a\nb",
                "a\u0000b",
                "\u00e4",
                "a%b",
                "a:b",
                "x\n"
            })
    void ids_that_could_leave_their_folder_or_confuse_a_shell_are_refused_by_name(String id) {
        assertThatThrownBy(() -> new TaskId(id))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("task_id")
                .hasMessageContaining("letters, digits");
    }

    @Test
    void a_long_id_is_refused_with_its_length_and_not_in_full() {
        assertThat(new TaskId("x".repeat(100)).value()).hasSize(100);
        assertThatThrownBy(() -> new TaskId("x".repeat(300)))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("300")
                .hasMessageContaining("at most 100")
                .message()
                .hasSizeLessThan(150);
    }

    @Test
    void random_ids_differ_and_may_be_used() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) ids.add(TaskId.random(random).value());
        assertThat(ids).hasSize(10_000).allMatch(id -> id.length() == 16);
    }
}
