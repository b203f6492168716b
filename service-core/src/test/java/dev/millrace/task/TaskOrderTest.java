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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskOrderTest {
    private static final long DUE = 1_767_268_800_000_123L;

    @Test
    void a_stem_tells_order_and_id() {
        String stem = new TaskOrder(4, DUE, 0xbeef, TaskMarks.NONE).stem("my-task");
        assertThat(stem).isEqualTo("51767268800000123beef-my-task");
        assertThat(TaskOrder.idOf(stem)).isEqualTo("my-task");
        assertThat(TaskOrder.dueMicrosOf(stem)).hasValue(DUE);
        assertThat(TaskOrder.isOurs(stem)).isTrue();
        assertThat(TaskOrder.of(stem)).contains(new TaskOrder(4, DUE, 0xbeef, TaskMarks.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, -1, 517672688000001230001w-x",
        "false, true, -1, 517672688000001230001c-x",
        "false, false, 10, 517672688000001230001k0000000a-x",
        "true, true, 4294967295, 517672688000001230001wckffffffff-x"
    })
    void a_stem_says_what_a_worker_must_know_before_it_opens_the_file(
            boolean targeted, boolean keyed, long tag, String stem) {
        TaskOrder order = new TaskOrder(4, DUE, 1, new TaskMarks(targeted, keyed, tag));
        assertThat(order.stem("x")).isEqualTo(stem);
        assertThat(TaskOrder.of(stem)).contains(order);
        assertThat(TaskOrder.isOurs(stem)).isTrue();
        assertThat(TaskOrder.idOf(stem)).isEqualTo("x");
    }

    @Test
    void a_tag_tells_the_kind_that_it_was_made_from() {
        TaskMarks resize = new TaskMarks(false, false, TaskMarks.tagOf("resize"));
        assertThat(resize.isOfKind("resize")).isTrue();
        assertThat(resize.isOfKind("other")).isFalse();
        assertThat(resize.isOfKind("")).isFalse();
        assertThat(TaskMarks.NONE.isOfKind("")).isTrue();
        assertThat(TaskMarks.NONE.isOfKind("resize")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000001-1767268800000-0123abcd-000-w",
                "x",
                "51767268800000123BEEF-x",
                "51767268800000123beef-",
                "51767268800000123beefx",
                "517672688000001230001k00A00000-x",
                "517672688000001230001k0000000-x",
                "517672688000001230001cw-x",
                "517672688000001230001z-x",
                "a1767268800000123beef-x",
                "5176726880000012beef-x",
                ""
            })
    void foreign_stems_are_their_own_id_and_promise_nothing(String stem) {
        assertThat(TaskOrder.isOurs(stem)).isFalse();
        assertThat(TaskOrder.of(stem)).isEmpty();
        assertThat(TaskOrder.idOf(stem)).isEqualTo(stem);
        assertThat(TaskOrder.dueMicrosOf(stem)).isEmpty();
    }

    private static TaskMarks randomMarks(SplittableRandom random) {
        return new TaskMarks(random.nextBoolean(), random.nextBoolean(), random.nextLong(-1, 1L << 32));
    }

    @Test
    void plain_name_order_is_claim_order() {
        SplittableRandom random = new SplittableRandom(5);
        List<TaskOrder> orders = new ArrayList<>();
        for (int i = 0; i < 2_000; i++)
            orders.add(new TaskOrder(
                    random.nextInt(10), DUE + random.nextInt(50), random.nextInt(1 << 16), randomMarks(random)));
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
        String stem = new TaskOrder(0, TaskOrder.LARGEST, 0xffff, new TaskMarks(true, true, 0xffff_ffffL))
                .stem("x".repeat(TaskId.MAX_LENGTH));
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
        assertThatThrownBy(() -> new TaskOrder(10, DUE, 0, TaskMarks.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(-1, DUE, 0, TaskMarks.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, TaskOrder.LARGEST + 1, 0, TaskMarks.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, -1, 0, TaskMarks.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaskOrder(1, DUE, 1 << 16, TaskMarks.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void micros_are_counted_from_1970() {
        assertThat(TaskOrder.micros(Instant.parse("2026-01-01T12:00:00.000123999Z")))
                .isEqualTo(DUE);
        assertThat(TaskOrder.micros(Instant.EPOCH)).isZero();
    }
}
