package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.LockHeldException;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Waiting for a lock that others hold for moments only.
 *
 * @param look the time between two looks
 * @param looks how often it is tried
 */
record LockWait(Duration look, int looks) {
    /** Five seconds, for what people ask for. */
    static final LockWait OF_PEOPLE = new LockWait(Duration.ofMillis(10), 500);

    /** @throws LockHeldException when somebody held it all the time */
    DiskLock on(Disk disk, Time time, Path file) throws IOException, InterruptedException {
        for (int tries = 0; tries < looks; tries++) {
            Optional<DiskLock> held = disk.tryLock(file);
            if (held.isPresent()) return held.get();
            time.sleep(look);
        }
        throw new LockHeldException(file);
    }
}
