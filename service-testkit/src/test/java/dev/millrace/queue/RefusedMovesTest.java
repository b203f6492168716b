package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the disk refuses for good, of one file or folder, holds up nothing else that a steward does. */
class RefusedMovesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor steward;

    @BeforeEach
    void open() throws IOException {
        world = QueueWorld.in(folder);
        steward = world.actor("steward");
    }

    private void refuse(Predicate<DiskCall> which) {
        steward.disk().fault(which, Moment.BEFORE, DiskTrouble.inputOutput());
    }

    private Submission due(String id, int seconds) throws IOException {
        return world.queue.submit(
                Task.of("k").id(id).notBefore(world.time.instant().plusSeconds(seconds)));
    }

    /** It came first in each step, and all that were due later stayed where they were. */
    @Test
    void a_due_file_that_cannot_be_moved_does_not_hold_up_those_behind_it() throws IOException {
        String bad = due("bad", 1).stem();
        due("good", 2);
        due("better", 3);
        refuse(call -> call.is(Operation.RENAME) && call.path().toString().contains(bad));
        world.time.advance(MINUTE);
        assertThatThrownBy(steward.queue()::promote).isInstanceOf(IOException.class);
        assertThat(world.names(TaskState.PENDING)).hasSize(2);
        assertThat(world.names(TaskState.SCHEDULED)).singleElement().asString().contains(bad);
    }

    @Test
    void nor_does_it_keep_called_off_tasks_from_ending() throws IOException {
        String bad = due("bad", 1).stem();
        Submission late = world.queue.submit(Task.of("k").id("late"));
        refuse(call -> call.is(Operation.RENAME) && call.path().toString().contains(bad));
        Claim claim = world.actor("w").claim();
        world.queue.control().cancel(late.stem(), "not wanted");
        assertThat(claim.stem()).isEqualTo(late.stem());
        world.actor("other").rescue(incarnation -> true);
        for (int look = 0; look < 2; look++) {
            world.time.advance(MINUTE);
            assertThatThrownBy(steward.queue()::promote).isInstanceOf(IOException.class);
        }
        assertThat(world.stateOf(late.stem())).isEqualTo(TaskState.CANCELLED);
    }

    /** All that came behind it stayed beside the queue, although the group was submitted. */
    @Test
    void a_task_of_a_group_that_cannot_be_moved_does_not_hold_up_the_others() throws IOException {
        FaultyDisk broken = FaultyDisk.over(QuickDisk.local());
        broken.fault(
                call -> call.is(Operation.RENAME) && call.target().stream().anyMatch(to -> to.startsWith(pending())),
                Moment.BEFORE,
                DiskTrouble.inputOutput());
        assertThatThrownBy(() -> world.queueOn(broken).submitGroup(GroupWork.group(3)))
                .hasMessageContaining("is submitted, but not all of its tasks could be moved");
        refuse(call -> call.is(Operation.RENAME) && call.path().toString().endsWith("-t0.task.json"));
        assertThatThrownBy(() -> steward.rescue(any -> false)).isInstanceOf(IOException.class);
        assertThat(world.names(TaskState.PENDING)).hasSize(2);
    }

    private Path pending() {
        return world.folder(TaskState.PENDING);
    }

    @Test
    void a_groups_folder_that_cannot_be_listed_does_not_keep_blocked_tasks_from_going_on() throws IOException {
        world.queue.submit(Task.of("k").id("parent"));
        world.queue.submit(Task.of("k").id("child").dependsOn("parent"));
        Actor worker = world.actor("worker");
        worker.done(worker.claim(), "x");
        Path group = Files.createDirectories(world.layout().groups().resolve("0-g"));
        Files.createDirectories(world.layout().waits());
        Files.writeString(world.layout().waits().resolve("0-g" + WaitFiles.MEMBERS), "");
        refuse(call -> call.is(Operation.LIST) && call.path().equals(group));
        assertThatThrownBy(steward.queue()::unblock).isInstanceOf(IOException.class);
        assertThat(world.names(TaskState.BLOCKED)).isEmpty();
    }
}
