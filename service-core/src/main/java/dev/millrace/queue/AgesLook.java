package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measures how long tasks wait, run and are due. Names of ours tell since when, and a million of them are not kept; of
 * strangers' files the disk is asked. A file that several tasks share is as old as a single one of its name, as long as
 * one of them has not ended.
 */
final class AgesLook {
    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Names names;

    AgesLook(QueueLayout layout, QueuePorts ports, Names names) {
        this.layout = layout;
        this.ports = ports;
        this.names = names;
    }

    /** Goes over the files in the folder of a state. */
    interface Names {
        void forEach(TaskState state, Consumer<String> visitor) throws IOException;
    }

    QueueAges ages() throws IOException {
        long now = TaskOrder.micros(ports.time().instant());
        OptionalLong pending = oldest(TaskState.PENDING, AgesLook::pendingSince);
        OptionalLong running = oldest(TaskState.RUNNING, TaskOrder::dueMicrosOf);
        OptionalLong due = oldest(TaskState.SCHEDULED, AgesLook::dueMicros);
        return new QueueAges(age(pending, now), age(running, now), overdue(due, now));
    }

    private OptionalLong oldest(TaskState state, Function<String, OptionalLong> named) throws IOException {
        long[] oldest = {Long.MAX_VALUE};
        List<String> strangers = new ArrayList<>();
        names.forEach(state, name -> {
            if (!isOpen(state, name)) return;
            OptionalLong since = named.apply(name);
            if (since.isEmpty()) strangers.add(name);
            else oldest[0] = Math.min(oldest[0], since.getAsLong());
        });
        for (String name : strangers) oldest[0] = Math.min(oldest[0], modifiedMicros(state, name));
        return oldest[0] == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest[0]);
    }

    /** Of a file that is moved unread nobody knows since when it waits. */
    private static boolean isOpen(TaskState state, String name) {
        if (BatchName.isBatchFile(name)) return BatchLook.nameIn(state, name).open() > 0;
        return TaskName.isTaskFile(name) && (state != TaskState.RUNNING || isClaimed(name));
    }

    private static boolean isClaimed(String name) {
        return TaskOrder.isOurs(name) || ClaimName.parse(name).isPresent();
    }

    /** What waited for other tasks was let go on at its file's time; tasks that share a file wait for none. */
    private static OptionalLong pendingSince(String name) {
        if (BatchName.isBatchFile(name)) return TaskOrder.dueMicrosOf(name);
        TaskName task = TaskName.parse(name);
        return task.attempt() == 1 && task.returns() > 0 ? OptionalLong.empty() : TaskOrder.dueMicrosOf(name);
    }

    private static OptionalLong dueMicros(String name) {
        OptionalLong due = Promotion.dueMillis(name);
        return due.isPresent() ? OptionalLong.of(due.getAsLong() * 1_000) : due;
    }

    /** Renaming a file leaves its time of modification; the change time would tell, but Java's view of it is coarse. */
    private long modifiedMicros(TaskState state, String name) throws IOException {
        return ports.disk()
                .facts(layout.folder(state).resolve(name))
                .map(facts -> TaskOrder.micros(facts.modified()))
                .orElse(Long.MAX_VALUE);
    }

    private static OptionalDouble age(OptionalLong since, long now) {
        return since.isPresent()
                ? OptionalDouble.of(Math.max(0, now - since.getAsLong()) / 1e6)
                : OptionalDouble.empty();
    }

    private static OptionalDouble overdue(OptionalLong due, long now) {
        return due.isPresent() ? OptionalDouble.of((now - due.getAsLong()) / 1e6) : OptionalDouble.empty();
    }
}
