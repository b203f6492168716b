package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.time.Rest;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The names in pending in the order in which they are to be claimed, so that draining n tasks costs one listing and not
 * n.
 *
 * <p><b>Order.</b> Each priority has a lane of its own. The most urgent lane goes first; but every
 * {@value #OLDEST_EVERY}th name is the one that has waited longest, whatever its priority, so that no flood of urgent
 * tasks holds up the others for ever. Strangers' names tell neither priority nor time. Where the file tells a priority it
 * has a lane beside ours, which takes turns with ours of the same priority and gets every {@value #OLDEST_EVERY}th turn of
 * strangers; those without one have a lane together, and take turns with all others.
 *
 * <p><b>Listing.</b> A listing keeps the first names of each lane up to a bound for all, taken from the fullest; when it
 * had to leave some out, the next one comes as soon as a lane is used up and keeps the first names behind them, so that
 * names which nobody here may claim do not hide the others. Otherwise the index stays true by notification, and is listed
 * again when it is dry and the poll interval has passed, because notification misses what other hosts do; but listing
 * that yields nothing takes one part in {@value #LISTING_SHARE} of the time, see {@link Rest}. A name in the index may be gone by
 * the time it is used; the rename finds out.
 */
final class PendingIndex {
    private static final int LISTING_SHARE = 20;
    private static final int OLDEST_EVERY = 10;
    private static final int PRIORITIES = 10;

    private final Disk disk;
    private final Time time;
    private final Path folder;
    private final QueueOptions options;
    private final StrangersPriority strangersPriority;
    /** Ours by urgency, theirs by urgency, and theirs that tell none. */
    private final PendingLane[] lanes = new PendingLane[2 * PRIORITIES + 1];

    private final PendingLane strangers;
    private List<String> pickles = new ArrayList<>();
    private boolean strangersTurn;
    private boolean theirsTurn;
    private long polls;
    private int size;
    private boolean listingDue = true;
    private long listedAt;
    private long passTook;

    /** What priority a file tells whose name does not. */
    interface StrangersPriority {
        OptionalInt of(String name);

        /** It was claimed: another file may come by this name. */
        void forget(String name);

        /** All names that are there are asked for now. */
        void beginListing();

        /** Those that were not asked for are gone. */
        void endListing();
    }

    PendingIndex(Disk disk, Time time, Path folder, QueueOptions options, StrangersPriority strangersPriority) {
        this.disk = disk;
        this.time = time;
        this.folder = folder;
        this.options = options;
        this.strangersPriority = strangersPriority;
        Arrays.setAll(lanes, none -> new PendingLane());
        this.strangers = lanes[2 * PRIORITIES];
    }

    /** The next name in claim order, taken out of the index. */
    Optional<String> poll() throws IOException {
        if (needsNames() ? mayList() : listingDue && isRested()) list();
        Optional<PendingLane> lane = nextLane();
        Optional<String> next = lane.map(found -> found.take(polls));
        if (next.isPresent()) size--;
        return next;
    }

    /** True when a name is known whose priority is higher. */
    boolean holdsMoreUrgentThan(int priority) {
        for (int lane = 0; lane < PRIORITIES - 1 - priority; lane++)
            if (!lanes[lane].isEmpty() || !lanes[PRIORITIES + lane].isEmpty()) return true;
        return false;
    }

    /** A name that was given out, of a stranger's file that was claimed. */
    void claimed(String name) {
        strangersPriority.forget(name);
    }

    private Optional<PendingLane> nextLane() {
        strangersTurn = !strangersTurn;
        if (strangersTurn && !strangers.isEmpty()) return Optional.of(strangers);
        boolean oldest = ++polls % OLDEST_EVERY == 0;
        Optional<PendingLane> ours = oldest ? oldestOfOurs() : mostUrgent(0);
        Optional<PendingLane> theirs = oldest ? longestPassedBy() : mostUrgent(PRIORITIES);
        Optional<PendingLane> found = ours.isPresent() && theirs.isPresent()
                ? Optional.of(isTheirsNext(ours.get(), theirs.get(), oldest) ? theirs.get() : ours.get())
                : ours.or(() -> theirs);
        return found.isPresent() || strangers.isEmpty() ? found : Optional.of(strangers);
    }

    private boolean isTheirsNext(PendingLane ours, PendingLane theirs, boolean oldest) {
        int urgency = Integer.compare(urgencyOf(theirs) - PRIORITIES, urgencyOf(ours));
        if (urgency != 0 && !oldest) return urgency < 0;
        theirsTurn = !theirsTurn;
        return theirsTurn;
    }

    private int urgencyOf(PendingLane lane) {
        return Arrays.asList(lanes).indexOf(lane);
    }

    private Optional<PendingLane> oldestOfOurs() {
        return waiting(0).min(PendingLane.BY_AGE_OF_FIRST);
    }

    /** How long strangers have waited is told by nothing; so the lane that had no turn for the longest. */
    private Optional<PendingLane> longestPassedBy() {
        return waiting(PRIORITIES).min(Comparator.comparingLong(PendingLane::lastTurn));
    }

    private Optional<PendingLane> mostUrgent(int from) {
        return waiting(from).findFirst();
    }

    private Stream<PendingLane> waiting(int from) {
        return Arrays.stream(lanes, from, from + PRIORITIES).filter(lane -> !lane.isEmpty());
    }

    /** A lane that is used up, and of which names were left out, would be passed by. */
    private boolean needsNames() {
        return size == 0 || Arrays.stream(lanes).anyMatch(PendingLane::isUsedUp);
    }

    private boolean mayList() {
        return listingDue || isTruncated() || isRested();
    }

    private boolean isRested() {
        return time.nanos() - listedAt >= new Rest(LISTING_SHARE, options.poll().toNanos()).nanosAfter(passTook);
    }

    private boolean isTruncated() {
        return Arrays.stream(lanes).anyMatch(PendingLane::isTruncated);
    }

    /** A name that was noticed. */
    void offer(String name) {
        if (isTask(name) && laneOf(name).offer(name)) added();
    }

    private PendingLane laneOf(String name) {
        return TaskOrder.of(name)
                .map(order -> lanes[PRIORITIES - 1 - order.priority()])
                .orElseGet(() -> laneOfStranger(name));
    }

    private PendingLane laneOfStranger(String name) {
        OptionalInt priority = strangersPriority.of(name);
        return priority.isPresent() ? lanes[2 * PRIORITIES - 1 - priority.getAsInt()] : strangers;
    }

    private void added() {
        if (++size <= options.indexSize()) return;
        PendingLane fullest = strangers;
        for (PendingLane lane : lanes) if (lane.size() > fullest.size()) fullest = lane;
        fullest.dropLast();
        size--;
    }

    /** Notification broke down, was never there, or what was passed by may be claimed now: list at the next need. */
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
        boolean goesOn = isTruncated() && !listingDue;
        if (!goesOn) passTook = 0;
        for (PendingLane lane : lanes) lane.beginListing(goesOn);
        listingDue = true;
        long start = time.nanos();
        strangersPriority.beginListing();
        disk.forEachName(folder, this::keep);
        strangersPriority.endListing();
        listingDue = false;
        listedAt = time.nanos();
        passTook += listedAt - start;
    }

    private void keep(String name) {
        if (name.endsWith(TaskName.PICKLE_SUFFIX)) pickles.add(name);
        if (isTask(name) && laneOf(name).list(name)) added();
    }

    private static boolean isTask(String name) {
        return TaskName.isTaskFile(name) || BatchName.isBatchFile(name);
    }
}
