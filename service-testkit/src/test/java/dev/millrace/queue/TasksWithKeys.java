package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/** Tasks that have one unique key, and submitters of them that do not come to their end. */
abstract class TasksWithKeys extends WithOneWorker {
    static final Duration HOUR = Duration.ofHours(1);
    static final int MOST_CHANGES = 200;

    static Task task(String id) {
        return Task.of("k").id(id).uniqueKey("report");
    }

    static Task replacing(String id) {
        return task(id).unique(UniquePolicy.REPLACE);
    }

    Submission submit(Task task) throws IOException {
        return world.queue.submit(task);
    }

    TaskState stateOf(Submission one) throws IOException {
        return world.queue.locate(one.stem()).orElseThrow().state();
    }

    /** A submitter can write down that his task takes the key, and then the disk refuses the task. */
    void isRefused(Task task) {
        submitInPart(task, call -> call.is(Operation.CREATE) && call.isIn("pending"));
    }

    /** A submitter can submit his task, and then the disk refuses to end the one that it replaces: both wait. */
    void leavesBoth(Path old, Task task) {
        submitInPart(
                task,
                call -> call.is(Operation.RENAME) && call.path().getFileName().equals(old.getFileName()));
    }

    private void submitInPart(Task task, Predicate<DiskCall> refused) {
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        disk.fault(refused, Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> world.queueOn(disk).submit(task)).isInstanceOf(SubmitException.class);
    }

    /** A steward's sweep in which keys have their turn. */
    void sweep() throws IOException {
        world.time.advance(Duration.ofMinutes(11));
        worker.queue().sweep(RetentionLimits.defaults());
    }

    /** What is done in a world in which somebody died, and a steward has rescued what he had. */
    interface Survivors {
        void goOn(QueueWorld each, Actor heir, String where) throws IOException;
    }

    /** Somebody's work on a disk. */
    interface Work {
        void on(QueueWorld each, FaultyDisk disk) throws IOException;
    }

    /** Lets somebody die at each change that his work makes, each time in a world of its own. */
    static void dieAtEachChange(Path folder, Moment moment, Work prepared, Work work, Survivors survivors)
            throws IOException {
        for (int nth = 1; nth < MOST_CHANGES; nth++) {
            QueueWorld each = QueueWorld.in(folder.resolve(moment + "-" + nth));
            prepared.on(each, FaultyDisk.over(QuickDisk.local()));
            FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
            disk.crash(nth, moment);
            try {
                work.on(each, disk);
                return;
            } catch (CrashException dead) {
                // Who dies right after taking a lock is let go by the system, and in this machine by nobody.
                if (disk.calls().get(disk.calls().size() - 1).is(Operation.LOCK)) continue;
            }
            Actor heir = each.actor("heir");
            for (int i = 0; i < 3; i++) heir.rescue(incarnation -> !incarnation.equals(heir.incarnation()));
            survivors.goOn(each, heir, "died " + moment + " change " + nth);
        }
        throw new AssertionError("no end after " + MOST_CHANGES + " changes");
    }
}
