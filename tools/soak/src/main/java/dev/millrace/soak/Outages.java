package dev.millrace.soak;

import dev.millrace.soak.Strikes.Sort;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Lets the disk be full, or the queue's folders unchangeable, for moments. */
final class Outages {
    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 4_000;

    private final Optional<OwnDisk> disk;
    private final Optional<LockedFolders> folders;
    private final Strikes strikes;
    private final RandomGenerator random;
    private final Time time;
    private final Duration every;
    private Optional<Sort> now = Optional.empty();
    private long next;

    Outages(
            Optional<OwnDisk> disk,
            Optional<LockedFolders> folders,
            Strikes strikes,
            RandomGenerator random,
            Time time,
            Duration every) {
        this.disk = disk;
        this.folders = folders;
        this.strikes = strikes;
        this.random = random;
        this.time = time;
        this.every = every;
        this.next = time.nanos() + every.toNanos() / 2;
    }

    void step() throws IOException {
        if (now.filter(Sort.DISK::equals).isPresent() && disk.isPresent())
            disk.get().fill();
        if (time.nanos() < next) return;
        if (now.isPresent()) end();
        else begin();
    }

    private void begin() throws IOException {
        List<Sort> possible = possible();
        next = time.nanos()
                + Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS))
                        .toNanos();
        if (possible.isEmpty()) return;
        Sort sort = oneOf(possible);
        now = Optional.of(sort);
        strikes.note(sort, "disk");
        if (sort == Sort.DISK) disk.orElseThrow().fill();
        else folders.orElseThrow().lock();
    }

    private List<Sort> possible() {
        List<Sort> possible = new ArrayList<>();
        if (disk.isPresent()) possible.add(Sort.DISK);
        if (folders.isPresent()) possible.add(Sort.READONLY);
        return possible;
    }

    /** What has not happened yet comes first, so that a short run sees both. */
    private Sort oneOf(List<Sort> possible) {
        List<Sort> missing = possible.stream().filter(this::isMissing).toList();
        List<Sort> among = missing.isEmpty() ? possible : missing;
        return among.get(random.nextInt(among.size()));
    }

    private boolean isMissing(Sort sort) {
        return strikes.of(sort) == 0;
    }

    /** The disk is as it was when this returns. */
    void end() throws IOException {
        boolean soon = possible().stream().anyMatch(this::isMissing);
        next = time.nanos() + (long) (every.toNanos() * (soon ? 0.5 : 0.5 + random.nextDouble()));
        if (now.isEmpty()) return;
        if (now.get() == Sort.DISK) disk.orElseThrow().free();
        else folders.orElseThrow().unlock();
        now = Optional.empty();
        strikes.note(Sort.RECOVERED, "disk");
    }
}
