package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskOrderTest {
    private static final long DUE = 1_767_268_800_000_123L;

    @Test
    void a_stem_tells_order_and_id() {
        String stem = new TaskOrder(4, DUE, 0xbeef, false).stem("my-task");
        assertThat(stem).isEqualTo("51767268800000123beef-my-task");
        assertThat(TaskOrder.idOf(stem)).isEqualTo("my-task");
        assertThat(TaskOrder.dueMicrosOf(stem)).hasValue(DUE);
        assertThat(TaskOrder.isOurs(stem)).isTrue();
        assertThat(TaskOrder.isForAnyWorker(stem)).isTrue();
    }

    @Test
    void a_stem_says_that_its_task_names_a_worker() {
        String stem = new TaskOrder(4, DUE, 1, true).stem("x");
        assertThat(stem).isEqualTo("517672688000001230001w-x");
        assertThat(TaskOrder.isForAnyWorker(stem)).isFalse();
        assertThat(TaskOrder.isOurs(stem)).isTrue();
        assertThat(TaskOrder.idOf(stem)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000001-1767268800000-0123abcd-000-w",
                "x",
                "51767268800000123BEEF-x",
                "51767268800000123beef-",
                "51767268800000123beefx",
                "5176726880000012beef-x",
                ""
            })
    void foreign_stems_are_their_own_id_and_promise_nothing(String stem) {
        assertThat(TaskOrder.isOurs(stem)).isFalse();
        assertThat(TaskOrder.isForAnyWorker(stem)).isFalse();
        assertThat(TaskOrder.idOf(stem)).isEqualTo(stem);
        assertThat(TaskOrder.dueMicrosOf(stem)).isEmpty();
    }

    @Test
    void plain_name_order_is_claim_order() {
        SplittableRandom random = new SplittableRandom(5);
        List<TaskOrder> orders = new ArrayList<>();
        for (int i = 0; i < 2_000; i++)
            orders.add(new TaskOrder(
                    random.nextInt(10), DUE + random.nextInt(50), random.nextInt(1 << 16), random.nextBoolean()));
        List<TaskOrder> byName = new ArrayList<>(orders);
        byName.sort(Comparator.comparing(order -> order.stem("t")));
        for (int i = 1; i < byName.size(); i++) {
            TaskOrder before = byName.get(i - 1);
            TaskOrder after = byName.get(i);
            assertThat(before.priority()).isGreaterThanOrEqualTo(after.priority());
            if (before.priority() == after.priority())
                assertThat(before.dueMicros()).isLessThanOrEqualTo(after.dueMicros());
        }
    }

    @Test
    void the_longest_name_of_ours_leaves_room_for_what_agilab_adds() {
        String stem = new TaskOrder(0, TaskOrder.LARGEST, 0xffff, true).stem("x".repeat(TaskId.MAX_LENGTH));
        String name = new TaskName(stem, 999_999, 99_999_999).fileName();
        assertThat(name.length()).isLessThanOrEqualTo(TaskName.MAX_LENGTH);
        String claim = new ClaimName(
                        TaskName.parse(name), ClaimName.Stage.SETTLED, "0".repeat(32), 999_999_999_999_999_999L)
                .fileName();
        assertThat(claim.length()).isLessThanOrEqualTo(255);
        assertThat(new TaskName(stem, 999_999, 99_999_999)
                                .scheduledFileName(Long.MAX_VALUE)
                                .length()
                        + 20)
                .isLessThanOrEqualTo(255);
    }

    @Test
    void values_that_no_name_can_spell_are_refused() {
        assertThatThrownBy(() -> new TaskOrder(10, DUE, 0, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(-1, DUE, 0, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, TaskOrder.LARGEST + 1, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, -1, 0, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, DUE, 1 << 16, false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void micros_are_counted_from_1970() {
        assertThat(TaskOrder.micros(Instant.parse("2026-01-01T12:00:00.000123999Z")))
                .isEqualTo(DUE);
        assertThat(TaskOrder.micros(Instant.EPOCH)).isZero();
    }
}
