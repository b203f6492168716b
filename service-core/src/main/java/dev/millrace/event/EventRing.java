package dev.millrace.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The last changes, numbered, kept in memory and on disk. It is bounded: the oldest go when there are too many, and whoever
 * asks for them is told so. What was added survives that its process is killed; a power cut may cost what was added since
 * the last {@link #force}.
 *
 * <p>One process at a time writes to a ring's folder; whoever opens it must see to that. Safe for use by several threads.
 */
public interface EventRing extends AutoCloseable {
    /** How many are kept when nobody says otherwise. */
    int USUAL_CAPACITY = 20_000;

    /**
     * Opens a ring in a folder, with what is there already.
     *
     * @param capacity how many are kept at least, 10 or more
     * @throws IOException when the folder cannot be made or read
     */
    static EventRing in(Disk disk, Time time, RandomGenerator random, Path folder, int capacity) throws IOException {
        return DirectoryRing.open(disk, time, random, folder, capacity);
    }

    /** Adds one; it never fails. What the disk refuses is kept in memory all the same. */
    EventEntry add(String type, ObjectNode data);

    /** Adds one that happened before it was seen. */
    EventEntry add(String type, double at, ObjectNode data);

    /**
     * Those after a version.
     *
     * @param version 0 for all that are kept
     * @param limit at most so many, 1 or more
     */
    EventPage since(long version, int limit);

    /** The newest version; 0 when nothing was ever added. */
    long version();

    /** Which ring this is: the same as long as its folder is there. */
    String serverId();

    /**
     * Tells of every further one, in order, on the thread that adds it. The listener returns at once and never throws.
     *
     * @return to be closed when nobody listens any more
     */
    Listening listen(Consumer<EventEntry> listener);

    /** First hands over those after a version that are kept, then every further one, without one in between being missed. */
    Listening listen(long version, Consumer<EventPage> kept, Consumer<EventEntry> listener);

    /** Makes what was added durable. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /** Closed when nobody listens any more. */
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
