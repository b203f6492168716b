package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A disk in memory on which power can be cut, processes can be killed and operations can fail, all of it on command and
 * the same each time. Safe for use by several threads.
 *
 * <h2>What is promised</h2>
 * <ul>
 *   <li>What was forced is never lost: a file's bytes by {@link Disk#forceFile}, {@link Disk.AppendFile#force} or {@link
 *       Disk#create} with FSYNC; names by {@link Disk#forceFolder}; both by {@link Disk#forceFileSystem}. To force a file
 *       does not force its name, and to force a folder does not force what its files hold.
 *   <li>A rename is atomic: after a power cut the file bears the old name or the new one, never both or none. It is
 *       durable when either folder was forced after it. What it replaced is gone when it survives and back when not.
 *   <li>The changes of one file's name survive in their order: the third not without the second. So do changes of one
 *       name: nothing bears a name before the one that had it has left. What is forced makes durable all that it needs.
 *       Without these promises, which journaling file systems keep, no queue could stand on renames.
 *   <li>To force a folder makes the folder itself durable, too, with those above it.
 * </ul>
 *
 * <h2>What may be lost</h2>
 * Of everything else any subset may survive a power cut, in any order: a name without the bytes, the bytes of a second
 * write without those of the first. A write may be torn after any byte, and a file may have its new length with zeros in
 * place of what did not arrive.
 *
 * <h2>What a real disk may do and this one does not</h2>
 * Forced bytes stay whole: no bit rots, no sector dies, no drive lies about its cache. Bytes that are not written stay as
 * they are, also in the same sector. A force that fails changes nothing; after it the bytes may still be forced by the
 * next one, which Linux does not promise. Times of modification survive as they are. There are no links and no
 * permissions, folders are not renamed, and a folder is not lost with its forced files because its parent was never forced.
 *
 * <h2>Processes</h2>
 * {@link #as} is the disk as one process sees it. Locks, open files and watches belong to it; observers and faults meet
 * it. The disk itself is the test's own eye and hand: nothing is told of what it does, and nothing of it fails.
 */
public interface SimulatedDisk extends Disk {

    /**
     * A disk with nothing but its root folder.
     *
     * @param time tells when files are modified; slow operations wait on it
     */
    static SimulatedDisk empty(Time time) {
        return new SimulatedFiles(time, new RememberedFiles(time, new Unforced()), 0);
    }

    /**
     * The view of one process. A name stands for one life: after {@link #kill} the same name gives a new process, and
     * views from before stay dead.
     */
    Disk as(String process);

    /**
     * Ends a process as the operating system does: its locks are freed, what it wrote stays. Every later call through its
     * view or its open files throws {@link CrashException}, but for closing them. Nothing happens when there is none.
     */
    void kill(String process);

    /** Cuts the power now: a random choice among what is not durable survives, and all processes die. */
    void powerCut(RandomGenerator random);

    /**
     * What a power cut may leave now, each outcome once, on disks of their own with nobody on them.
     *
     * <p>Writes are torn at the first, the middle and the last byte, all other choices are made in full. When there are
     * more outcomes than asked for, all and nothing come first; other corners (names without their bytes, one change alone,
     * all but one) fill them up to half of what is asked for, and the rest is a choice that is the same each time.
     *
     * @param most how many at most, at least 2
     */
    Survivors survivors(int most);

    /** The same disk once more, with what is not durable, but without processes, observers and faults. */
    SimulatedDisk copy();

    /** Tells before every operation of every process, in the order in which they came to watch. */
    Watch observe(Observer observer);

    /**
     * Lets operations fail from now on.
     *
     * @return tells how often it has struck, and takes it away again
     */
    FaultyDisk.Fault fail(DiskFault fault);

    /**
     * Equal for disks in the same state: names, bytes, what is durable of them, and locks with their holders. Times of
     * modification are left aside. Costs as much as what has changed since the last call.
     */
    long stateHash();

    /** All files with what is not durable of them, a line each, and the locks. */
    String describe();

    /**
     * Outcomes of a power cut.
     *
     * @param disks independent of each other and of the disk that was cut; their clock is the same
     * @param complete false when there are more
     */
    record Survivors(List<SimulatedDisk> disks, boolean complete) {
        public Survivors {
            disks = List.copyOf(disks);
        }
    }

    /** Is told before every operation; it may wait, kill, cut the power, use the disk itself, or let the operation fail. */
    @FunctionalInterface
    interface Observer {
        /** @throws IOException which the operation then throws */
        void before(String process, DiskCall call) throws IOException;
    }

    /** An observer's watch; closing it ends it. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
