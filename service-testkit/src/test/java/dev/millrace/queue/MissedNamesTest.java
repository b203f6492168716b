package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.BlinkingDisk;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder is read bit by bit: a file that gets another name meanwhile may not be met, and is there all the same. */
class MissedNamesTest {
    @TempDir
    private Path folder;

    /** The record was dropped, and the task ran again although it had ended. */
    @Test
    void a_logged_outcome_whose_task_was_not_met_is_not_dropped() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Claim claim = owner.claim();
        owner.disk()
                .fault(
                        call -> call.is(Operation.RENAME)
                                && Disk.parentOf(call.path()).endsWith("running"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(() -> owner.done(claim, "by owner")).isInstanceOf(IOException.class);
        // When batches of the dead are looked for, then their tasks, then what they have logged.
        Disk blinking = BlinkingDisk.over(QuickDisk.local(), world.folder(TaskState.RUNNING), name -> true, 3);
        Actor steward = world.actor("steward", blinking);
        world.untilQuiet(steward, Set.of(owner.incarnation()));
        world.drain(steward);
        assertThat(world.terminal(stem).path("result").textValue()).isEqualTo("by owner");
    }

    /** It ran a task whose outcome callers had seen, and put another one in its place. */
    @Test
    void a_log_that_is_moved_aside_while_a_worker_joins_is_not_missed() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        String stem = world.submit("t").stem();
        Actor owner = world.actor("owner");
        Claim claim = owner.claim();
        owner.done(claim, "seen");
        // A power cut undoes the renames.
        Files.move(
                world.folder(TaskState.DONE).resolve(stem + ".task.json"),
                world.folder(TaskState.PENDING).resolve(stem + ".task.json"));
        Actor heir = world.actor(
                "heir", BlinkingDisk.over(QuickDisk.local(), world.layout().outcomes(), name -> true, 1));
        assertThat(heir.queue().claim()).isEmpty();
    }

    /** It was refused, as if the task that it names were nowhere. */
    @Test
    void a_task_that_goes_back_while_another_comes_that_waits_for_it_is_found() throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        String stem = world.submit("t").stem();
        for (String name : List.of("t", stem)) {
            Disk blinking = BlinkingDisk.over(QuickDisk.local(), world.folder(TaskState.PENDING), any -> true, 1);
            Submission child =
                    world.queueOn(blinking).submit(Task.of("k").id("after").dependsOn(name));
            assertThat(child.state()).as("depends on " + name).isEqualTo(TaskState.BLOCKED);
        }
    }
}
