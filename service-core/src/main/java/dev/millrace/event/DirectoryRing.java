package dev.millrace.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.json.Texts;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * {@link EventRing} in memory, with an {@link EventTail} on disk behind it. One lock orders everything: the number, the
 * line on disk, and the calls of those who listen.
 */
final class DirectoryRing implements EventRing {
    private static final int LEAST = 10;

    private final Time time;
    private final EventTail tail;
    private final String serverId;
    private final EventEntry[] ring;
    private final List<Consumer<EventEntry>> listeners = new CopyOnWriteArrayList<>();
    private long oldest = 1;
    private long newest;

    private DirectoryRing(Time time, EventTail tail, String serverId, int capacity) {
        this.time = time;
        this.tail = tail;
        this.serverId = serverId;
        this.ring = new EventEntry[capacity];
    }

    static DirectoryRing open(Disk disk, Time time, RandomGenerator random, Path folder, int capacity)
            throws IOException {
        if (capacity < LEAST) throw new IllegalArgumentException("capacity " + capacity + " must be at least " + LEAST);
        disk.createFolders(folder);
        EventTail tail = new EventTail(disk, folder, capacity);
        DirectoryRing made = new DirectoryRing(time, tail, serverId(disk, random, folder), capacity);
        for (EventEntry kept : tail.read()) made.restore(kept);
        tail.begin(made.newest + 1);
        return made;
    }

    private static String serverId(Disk disk, RandomGenerator random, Path folder) throws IOException {
        Path file = folder.resolve("server.json");
        try {
            String known =
                    Json.parseObject(disk.read(file, 1 << 16)).path("server_id").asText("");
            if (!known.isEmpty()) return known;
        } catch (NoSuchFileException
                | MalformedJsonException
                | FileTooLargeException
                | NotARegularFileException begunAnew) {
            // the folder is new, or somebody emptied it
        }
        String made = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        disk.replace(file, Json.indented(Json.object().put("server_id", made)), Durability.FSYNC);
        return made;
    }

    /** After a hole in what was kept, only what comes behind it counts. */
    private void restore(EventEntry kept) {
        if (kept.version() != newest + 1 || newest == 0) oldest = kept.version();
        newest = kept.version();
        put(kept);
    }

    private void put(EventEntry entry) {
        ring[(int) (entry.version() % ring.length)] = entry;
        oldest = Math.max(oldest, entry.version() - ring.length + 1);
    }

    private EventEntry at(long version) {
        return ring[(int) (version % ring.length)];
    }

    @Override
    public EventEntry add(String type, ObjectNode data) {
        return add(type, time.epochSeconds(), data);
    }

    @Override
    public synchronized EventEntry add(String type, double at, ObjectNode data) {
        EventEntry entry = new EventEntry(++newest, at, type, bounded(data));
        put(entry);
        tail.append(entry);
        for (Consumer<EventEntry> listener : listeners) listener.accept(entry);
        return entry;
    }

    /** A copy in which no text is longer than may be kept: thousands of events are, in memory and on disk. */
    private static ObjectNode bounded(ObjectNode data) {
        ObjectNode copy = data.deepCopy();
        for (Map.Entry<String, JsonNode> one : copy.properties())
            if (one.getValue().isTextual())
                one.setValue(TextNode.valueOf(Texts.shortened(one.getValue().textValue())));
        return copy;
    }

    @Override
    public synchronized EventPage since(long version, int limit) {
        if (limit < 1) throw new IllegalArgumentException("limit " + limit + " must be at least 1");
        boolean foreign = version > newest || version < 0;
        long from = Math.max(oldest, foreign ? oldest : version + 1);
        boolean gap = foreign || from > version + 1;
        List<EventEntry> events = new ArrayList<>();
        for (long next = from; next <= newest && events.size() < limit; next++) events.add(at(next));
        long last = events.isEmpty() ? newest : events.get(events.size() - 1).version();
        return new EventPage(events, last, newest, newest == 0 ? 0 : oldest, gap, last < newest, serverId);
    }

    @Override
    public synchronized long version() {
        return newest;
    }

    @Override
    public String serverId() {
        return serverId;
    }

    @Override
    public Listening listen(Consumer<EventEntry> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized Listening listen(long version, Consumer<EventPage> kept, Consumer<EventEntry> listener) {
        kept.accept(since(version, ring.length));
        return listen(listener);
    }

    @Override
    public void force() throws IOException {
        tail.force();
    }

    @Override
    public synchronized void close() throws IOException {
        tail.close();
    }
}
