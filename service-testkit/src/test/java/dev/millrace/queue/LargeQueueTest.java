package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand tasks wait. */
class LargeQueueTest {
    private static final int TASKS = 100_000;

    @TempDir
    private Path folder;

    private QueueWorld world;
    private final List<TaskOrder> submitted = new ArrayList<>();

    /** Few files under many names, made in no order: much faster than many files. */
    @BeforeEach
    void fill() throws IOException {
        world = QueueWorld.in(folder);
        long now = TaskOrder.micros(world.time.instant());
        for (int i = 0; i < TASKS; i++) submitted.add(new TaskOrder(i % 10, now + i * 10L, i % 7, TaskMarks.NONE));
        Collections.shuffle(submitted, new Random(7));
        for (TaskOrder order : submitted)
            Files.createLink(world.folder(TaskState.PENDING).resolve(fileName(order)), content(order.priority()));
        world.time.advance(Duration.ofSeconds(100));
    }

    /** A file system sets a limit to the names of one file; nothing here settles a task, which would change them all. */
    private Path content(int number) throws IOException {
        Path content = folder.resolve("content-" + number);
        return Files.exists(content) ? content : Files.writeString(content, QueueWorld.foreign("{}"));
    }

    private static String stem(TaskOrder order) {
        return order.stem("t" + order.dueMicros());
    }

    private static String fileName(TaskOrder order) {
        return new TaskName(stem(order), 1, 0).fileName();
    }

    @Test
    void they_are_counted_aged_listed_and_claimed_in_order() throws IOException {
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(TASKS);
        assertThat(world.queue.ages().oldestPending().orElseThrow()).isEqualTo(100.0);
        assertThat(world.queue.list(TaskFilter.all().withLimit(2 * TASKS)).size())
                .isEqualTo(TASKS);
        TaskFilter some = new TaskFilter(EnumSet.of(TaskState.PENDING), "77", 3);
        assertThat(world.queue.list(some))
                .hasSize(3)
                .allSatisfy(view -> assertThat(view.id()).contains("77"));
        TaskOrder last = submitted.get(0);
        assertThat(world.queue.find("t" + last.dueMicros()))
                .extracting(TaskView::stem)
                .containsExactly(stem(last));
        expectClaimsInOrder(3_000);
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(TASKS - 3_000);
        assertThat(world.queue.counts().of(TaskState.RUNNING)).isEqualTo(3_000);
    }

    /** Two who take turns get every task once: the most urgent first, of those the oldest first, and some that wait longest. */
    private void expectClaimsInOrder(int count) throws IOException {
        List<String> expected = submitted.stream()
                .sorted(Comparator.comparingInt(TaskOrder::priority).reversed().thenComparingLong(TaskOrder::dueMicros))
                .map(LargeQueueTest::stem)
                .toList();
        Actor[] actors = {world.actor("one"), world.actor("two")};
        List<String> claimed = new ArrayList<>();
        for (int i = 0; i < count; i++)
            claimed.add(actors[i % 2].queue().claim().orElseThrow().stem());
        List<String> urgent =
                claimed.stream().filter(stem -> stem.startsWith("0")).toList();
        List<String> others =
                claimed.stream().filter(stem -> !stem.startsWith("0")).toList();
        assertThat(urgent).as("of priority 9").isEqualTo(expected.subList(0, urgent.size()));
        assertThat(others)
                .as("one in ten at most")
                .hasSizeLessThanOrEqualTo(count / 10)
                .isNotEmpty();
        assertThat(others.stream().map(stem -> TaskOrder.dueMicrosOf(stem).orElseThrow()))
                .as("those that wait longest")
                .isSorted()
                .doesNotHaveDuplicates();
        for (Actor actor : actors) actor.queue().close();
    }
}
