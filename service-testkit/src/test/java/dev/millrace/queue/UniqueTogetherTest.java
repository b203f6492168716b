package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks with and without a unique key that are submitted together, on a disk that fills up in between. */
class UniqueTogetherTest {
    @TempDir
    private Path folder;

    private QueueWorld world;
    private FaultyDisk disk;

    @BeforeEach
    void open() throws IOException {
        world = QueueWorld.in(folder);
        disk = FaultyDisk.over(Disk.local());
    }

    private static Task keyed(String id) {
        return Task.of("k").id(id).uniqueKey(id);
    }

    /** The disk is full when a task is written. */
    private void fullFor(String id) {
        disk.fault(
                call -> call.target()
                        .filter(to -> to.toString().endsWith("-" + id + ".task.json"))
                        .isPresent(),
                Moment.BEFORE,
                DiskTrouble.noSpace());
    }

    @Test
    void whoever_is_broken_off_is_told_how_many_were_accepted_and_which() throws IOException {
        fullFor("k2");
        List<Task> tasks = List.of(Task.of("k").id("p1"), keyed("k1"), keyed("k2"), keyed("k3"));
        assertThatThrownBy(() -> world.queueOn(disk).submitAll(tasks))
                .isInstanceOf(SubmitException.class)
                .hasMessageStartingWith(
                        "2 of 4 tasks were accepted, all without a unique_key among them; task k2 was not")
                .hasMessageContaining("No space left");
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(2);
    }

    @Test
    void where_the_first_with_a_key_fails_those_without_are_told() throws IOException {
        fullFor("k1");
        assertThatThrownBy(() -> world.queueOn(disk).submitAll(List.of(keyed("k1"), Task.of("k"), Task.of("k"))))
                .hasMessageStartingWith("2 of 3 tasks were accepted, those without a unique_key; task k1 was not");
        assertThatThrownBy(() -> world.queueOn(disk).submitAll(List.of(keyed("k1"), keyed("k3"))))
                .hasMessageStartingWith("0 of 2 tasks were accepted; task k1 was not");
        assertThatThrownBy(() -> world.queueOn(disk).submit(keyed("k1"))).hasMessageStartingWith("task k1 was not");
        assertThat(world.queue.counts().of(TaskState.PENDING)).isEqualTo(2);
    }
}
