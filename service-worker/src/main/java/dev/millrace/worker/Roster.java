package dev.millrace.worker;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.storage.FileFacts;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who the workers of a service are: those that its record names, now or when this worker began, and those that beat. A
 * task for anybody else may be run by everybody.
 *
 * <p>The record is looked at every few seconds and read when it has changed, for reading it costs an idle worker as much
 * as all its beats; and once a minute, because two changes within one tick of the file system's clock look like one.
 */
final class Roster {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration READ_EVERY = Duration.ofMinutes(1);

    private final ServiceFiles files;
    private final Time time;
    private final Set<String> begunWith;
    private Set<String> named;
    private Optional<Set<String>> inRecord;
    private Optional<FileFacts> seen = Optional.empty();
    private long lookedAt = Long.MIN_VALUE / 2;
    private long readAt = Long.MIN_VALUE / 2;
    private volatile Set<String> names;

    Roster(ServiceFiles files, ServiceRecord record, Time time) {
        this.files = files;
        this.time = time;
        this.begunWith = Set.copyOf(record.workerNames());
        this.named = begunWith;
        this.inRecord = Optional.of(begunWith);
        this.names = begunWith;
    }

    /** Everybody, by the last look. */
    Set<String> names() {
        return names;
    }

    /** Takes in who beats. */
    void add(Set<String> beating) {
        Set<String> all = new HashSet<>(named);
        all.addAll(beating);
        names = all;
    }

    /** Looks at the record, when it is time; false when it does not name a worker any more, or is gone. */
    boolean stillNames(String worker) throws IOException {
        long now = time.nanos();
        if (now - lookedAt >= LOOK_EVERY.toNanos()) look(now);
        return inRecord.filter(found -> found.contains(worker)).isPresent();
    }

    /** When the record cannot be read now, what was known of it stands, and the next look tries again. */
    private void look(long now) throws IOException {
        lookedAt = now;
        Optional<FileFacts> facts = files.disk().facts(files.record());
        if (!facts.equals(seen) || now - readAt >= READ_EVERY.toNanos()) read(now);
        seen = facts;
    }

    private void read(long now) {
        inRecord = files.readRecord().map(record -> Set.copyOf(record.workerNames()));
        Set<String> all = new HashSet<>(begunWith);
        inRecord.ifPresent(all::addAll);
        named = all;
        readAt = now;
    }
}
