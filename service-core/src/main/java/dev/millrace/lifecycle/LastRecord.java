package dev.millrace.lifecycle;

import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.util.Optional;

/**
 * The service's record for those who need it often: it is read again when its file has changed, and once a second,
 * because two changes within one tick of the file system's clock look like one.
 */
final class LastRecord {
    private static final long BELIEVED_NANOS = 1_000_000_000L;

    private final ServicePorts ports;
    private final ServiceFiles files;
    private Optional<FileFacts> seen = Optional.empty();
    private Optional<ServiceRecord> known = Optional.empty();
    private long readAt;
    private boolean wasRead;

    LastRecord(ServicePorts ports, ServiceFiles files) {
        this.ports = ports;
        this.files = files;
    }

    /** The same object as long as nothing was read again. */
    synchronized Optional<ServiceRecord> read() {
        Optional<FileFacts> now = facts();
        long nanos = ports.time().nanos();
        if (wasRead && now.isPresent() && now.equals(seen) && nanos - readAt < BELIEVED_NANOS) return known;
        Optional<ServiceRecord> found = files.readRecord();
        if (!wasRead || !found.equals(known)) known = found;
        seen = now;
        readAt = nanos;
        wasRead = true;
        return known;
    }

    /** Where even that fails, reading tells what is wrong. */
    private Optional<FileFacts> facts() {
        try {
            return ports.disk().facts(files.record());
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }
}
