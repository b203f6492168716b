package dev.millrace.recurring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.SetAside;
import dev.millrace.queue.TaskQueue;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * Fires, and leaves out, what is due. Every method is called under the lock; each writes the mark that it returns before
 * it does what the mark says, so that a repeat after a crash only makes good what is missing; see the package.
 */
final class Firings {
    /** So late, a due time still counts as met: another steward takes over in less. */
    static final Duration GRACE = Duration.ofMinutes(1);

    /** In one step, so that a long catching up does not keep the steward from its other duties. */
    private static final int MOST_AT_ONCE = 25;

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter FINE_STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private final RecurringFiles files;
    private final TaskQueue queue;

    /** By recurring task, the file that was set aside last and is submitted for good: nothing is forced for it again. */
    private final Map<String, String> submitted = new ConcurrentHashMap<>();

    private final MissedTimes missed = new MissedTimes(DueTimes::latest);

    Firings(RecurringFiles files, TaskQueue queue) {
        this.files = files;
        this.queue = queue;
    }

    /**
     * Makes good what was decided and perhaps not done, or not for good. Whoever decided it may have died before the mark was
     * on disk: a power cut would take the mark and leave the task, and the due time would be met twice.
     */
    void finish(String name, Mark mark) throws IOException {
        if (mark.ready().isEmpty() || mark.ready().get().equals(submitted.get(name))) return;
        files.forceMarks();
        admit(name, mark.ready().get());
    }

    private void admit(String name, String ready) throws IOException {
        queue.admit(files.ready().resolve(ready));
        submitted.put(name, ready);
    }

    /** Nobody defines it any more. */
    void forget(String name) {
        submitted.remove(name);
    }

    /** Deals with due times up to now, those that wait first; what is left is for the next step. */
    Mark deal(RecurringTask task, Mark mark, Instant now) throws IOException {
        if (mark.paused()) return mark;
        Mark dealt = mark.waiting().isEmpty() ? mark : fireWaiting(task, mark);
        List<Instant> dues = missed.latest(task, dealt.last(), now);
        if (dues.isEmpty()) return dealt;
        if (isMissed(task, dues.get(0), now)) return written(task, dealt.passed(dues.get(0)));
        for (Instant due : dues.subList(0, Math.min(dues.size(), MOST_AT_ONCE))) dealt = meet(task, dealt, due);
        return dealt;
    }

    private static boolean isMissed(RecurringTask task, Instant due, Instant now) {
        return task.catchUp().which() == CatchUp.Which.NONE && due.plus(GRACE).isBefore(now);
    }

    private Mark meet(RecurringTask task, Mark mark, Instant due) throws IOException {
        if (hasFired(task, mark, due)) return written(task, mark.passed(due));
        if (task.overlap() == Overlap.ALLOW) return fire(task, mark.withUnfinished(List.of()), due);
        Mark looked = looked(mark);
        if (looked.unfinished().isEmpty() && looked.waiting().isEmpty()) return fire(task, looked, due);
        return written(task, task.overlap() == Overlap.SKIP ? looked.skipped(due) : looked.queued(due));
    }

    /** It can have, when a clock was far ahead for a while. */
    private static boolean hasFired(RecurringTask task, Mark mark, Instant due) {
        return mark.recent().stream().anyMatch(firing -> firing.id().equals(id(task, due)));
    }

    private static String id(RecurringTask task, Instant due) {
        return task.name() + "-" + STAMP.format(due);
    }

    /** Finds out which of the earlier firings have not ended. One that is nowhere any more has. */
    private Mark looked(Mark mark) throws IOException {
        List<String> left = new ArrayList<>();
        for (String stem : mark.unfinished())
            if (queue.locate(stem).filter(view -> !view.state().isTerminal()).isPresent()) left.add(stem);
        return mark.withUnfinished(left);
    }

    private Mark fireWaiting(RecurringTask task, Mark mark) throws IOException {
        Mark looked = task.overlap() == Overlap.ALLOW ? mark.withUnfinished(List.of()) : looked(mark);
        if (!looked.unfinished().isEmpty()) return mark;
        List<Instant> waiting = looked.waiting();
        Instant due = waiting.get(0);
        return fire(task, looked.withWaiting(waiting.subList(1, waiting.size())), due);
    }

    private Mark fire(RecurringTask task, Mark mark, Instant due) throws IOException {
        Instant last = due.isAfter(mark.last()) ? due : mark.last();
        return submit(task, mark, new Planned(due, id(task, due), last));
    }

    /** Fires because somebody asked for it; due times go on as they were. */
    Mark fireNow(RecurringTask task, Mark mark, Instant now) throws IOException {
        return submit(task, mark, new Planned(now, task.name() + "-run-" + FINE_STAMP.format(now), mark.last()));
    }

    private record Planned(Instant due, String id, Instant last) {}

    private Mark submit(RecurringTask task, Mark mark, Planned planned) throws IOException {
        SetAside aside = queue.setAside(task(task, planned), files.ready());
        Firing firing = new Firing(planned.due(), aside.id(), aside.stem());
        Mark fired = written(
                task,
                mark.fired(planned.last(), firing, String.valueOf(aside.file().getFileName())));
        admit(task.name(), String.valueOf(aside.file().getFileName()));
        return fired;
    }

    private Mark written(RecurringTask task, Mark mark) throws IOException {
        files.write(task.name(), mark);
        return mark;
    }

    private static Task task(RecurringTask recurring, Planned planned) {
        ObjectNode origin = Json.object();
        origin.put("name", recurring.name());
        origin.put("due", planned.due().toString());
        Task task = recurring.task().id(planned.id()).with("recurring", origin);
        if (!task.keys().hasNonNull("idempotency_key")) task = task.idempotencyKey(planned.id());
        Duration late = late(recurring, planned.id());
        return late.isZero() ? task : task.notBefore(planned.due().plus(late));
    }

    /** Drawn from the id, so it is the same whoever fires. */
    private static Duration late(RecurringTask recurring, String id) {
        CRC32C sum = new CRC32C();
        sum.update(id.getBytes(StandardCharsets.UTF_8));
        return Duration.ofMillis(sum.getValue() % (recurring.jitter().toMillis() + 1));
    }
}
