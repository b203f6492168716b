package dev.millrace.testkit;

import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a test's queue and tells it for people. */
final class WaitingTasks {
    private static final int SHOWN = 20;
    private static final int LOG_LIMIT = 16 << 20;
    private static final Pattern DUE = Pattern.compile("([0-9]{13,15})-.+", Pattern.DOTALL);

    private final TaskQueue queue;
    private final SteppedTime clocks;

    WaitingTasks(TaskQueue queue, SteppedTime clocks) {
        this.queue = queue;
        this.clocks = clocks;
    }

    private List<TaskView> in(Set<TaskState> states, int most) throws IOException {
        return queue.list(TaskFilter.all().withStates(states).withLimit(most));
    }

    /** How many are ready to run. */
    int due() throws IOException {
        QueueCounts counts = queue.counts();
        return (int) counts.of(TaskState.PENDING);
    }

    /** When the next task of those that wait for their time is due. */
    Optional<Instant> nextDue() throws IOException {
        return in(EnumSet.of(TaskState.SCHEDULED), Integer.MAX_VALUE).stream()
                .map(WaitingTasks::dueOf)
                .min(Instant::compareTo);
    }

    static Instant dueOf(TaskView view) {
        Matcher name = DUE.matcher(String.valueOf(view.file().getFileName()));
        return name.matches() ? Instant.ofEpochMilli(Long.parseLong(name.group(1))) : Instant.EPOCH;
    }

    /** Each task that has not ended, in words. */
    List<String> described() throws IOException {
        List<String> told = new ArrayList<>();
        for (TaskView view : in(EnumSet.of(TaskState.PENDING, TaskState.RUNNING, TaskState.SCHEDULED), SHOWN))
            told.add(view.id() + " is " + view.state().word() + dueIn(view));
        return told;
    }

    private String dueIn(TaskView view) {
        return view.state() == TaskState.SCHEDULED ? ", due in " + Duration.between(clocks.instant(), dueOf(view)) : "";
    }

    /** Each task that has failed, in words. */
    List<String> failed() throws IOException {
        List<String> told = new ArrayList<>();
        for (TaskView view : in(EnumSet.of(TaskState.FAILED), SHOWN))
            told.add(view.id() + " failed: "
                    + queue.read(view).flatMap(record -> record.error()).orElse("for an unknown reason"));
        return told;
    }

    /** The ids of the tasks that there are. */
    String ids() throws IOException {
        List<String> ids = in(EnumSet.allOf(TaskState.class), SHOWN).stream()
                .map(TaskView::id)
                .toList();
        return ids.isEmpty() ? "none at all" : String.join(", ", ids);
    }

    /** The lines of a task's log. */
    List<String> log(Disk disk, String stem) throws IOException {
        try {
            byte[] text = disk.read(queue.layout().logs().resolve(stem + ".log"), LOG_LIMIT);
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
