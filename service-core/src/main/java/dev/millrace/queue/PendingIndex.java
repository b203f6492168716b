package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The names in pending, sorted, so that draining n tasks costs one listing and not n.
 *
 * <p>A listing keeps the first names up to a bound; when it had to leave some out, the next one comes as soon as these
 * are used up and keeps the first names behind them, so that names which nobody here may claim do not hide the others.
 * Otherwise the index stays true by notification, and is listed again when it is dry and the poll interval
 * has passed, because notification misses what other hosts do. A name in the index may be gone by the time it is used;
 * the rename finds out.
 */
final class PendingIndex {
    private final Disk disk;
    private final Time time;
    private final Path folder;
    private final QueueOptions options;
    private final TreeSet<String> names = new TreeSet<>();
    private List<String> pickles = new ArrayList<>();
    private boolean truncated;
    private String passed = "";
    private boolean listingDue = true;
    private long listedAt;

    PendingIndex(Disk disk, Time time, Path folder, QueueOptions options) {
        this.disk = disk;
        this.time = time;
        this.folder = folder;
        this.options = options;
    }

    /** The next name in claim order, taken out of the index. */
    Optional<String> poll() throws IOException {
        if (names.isEmpty() && mayList()) list();
        Optional<String> next = Optional.ofNullable(names.pollFirst());
        next.filter(name -> name.compareTo(passed) > 0).ifPresent(name -> passed = name);
        return next;
    }

    private boolean mayList() {
        return listingDue
                || truncated
                || time.nanos() - listedAt >= options.poll().toNanos();
    }

    /** A name that was noticed; beyond the last name of a shortened listing it waits for the next one. */
    void offer(String name) {
        if (!isTask(name)) return;
        if (truncated && (names.isEmpty() || name.compareTo(names.last()) > 0)) return;
        names.add(name);
        if (names.size() > options.indexSize()) {
            names.pollLast();
            truncated = true;
        }
    }

    /** Notification broke down or was never there: list at the next need. */
    void distrust() {
        listingDue = true;
    }

    /** Pickled tasks met by the last listing, given out once. */
    List<String> takePickles() {
        List<String> taken = pickles;
        pickles = new ArrayList<>();
        return taken;
    }

    private void list() throws IOException {
        if (!truncated || listingDue) passed = "";
        truncated = false;
        listingDue = true;
        disk.forEachName(folder, this::keep);
        listingDue = false;
        listedAt = time.nanos();
    }

    private void keep(String name) {
        if (name.endsWith(TaskName.PICKLE_SUFFIX)) pickles.add(name);
        if (!isTask(name) || name.compareTo(passed) <= 0) return;
        names.add(name);
        if (names.size() > options.indexSize()) {
            names.pollLast();
            truncated = true;
        }
    }

    private static boolean isTask(String name) {
        return TaskName.isTaskFile(name) || BatchName.isBatchFile(name);
    }
}
