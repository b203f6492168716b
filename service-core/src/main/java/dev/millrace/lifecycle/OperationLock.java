package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.time.Time;
import java.io.IOException;
import java.util.Optional;

/**
 * One change of a service at a time, on this host. The operating system frees the lock when its holder dies, so nothing
 * is ever left behind to be cleared; and looking never needs it.
 */
final class OperationLock {
    private static final int LIMIT_BYTES = 64 << 10;
    private final ServiceFiles files;
    private final Time time;
    private final ProcessIdentity self;

    OperationLock(ServiceFiles files, Time time, ProcessIdentity self) {
        this.files = files;
        this.time = time;
        this.self = self;
    }

    /** The lock, or nothing when another operation is under way. */
    Optional<DiskLock> tryTake(String operation) throws IOException {
        files.disk().createFolders(files.folder());
        Optional<DiskLock> lock = files.disk().tryLock(files.lock());
        if (lock.isPresent()) noteHolder(operation);
        return lock;
    }

    private void noteHolder(String operation) throws IOException {
        ObjectNode holder = Json.object();
        holder.put("operation", operation);
        holder.put("pid", self.pid());
        holder.put("host", self.host());
        holder.put("since", time.epochSeconds());
        files.disk().replace(files.lockHolder(), Json.bytes(holder), Durability.OS);
    }

    /**
     * The lock.
     *
     * @throws ServiceException.Busy naming the operation that holds it
     */
    DiskLock take(String operation) throws IOException {
        return tryTake(operation)
                .orElseThrow(() -> new ServiceException.Busy(
                        "cannot " + operation + " now: " + holder() + "; try again when it is done"));
    }

    private String holder() {
        try {
            ObjectNode holder = Json.parseObject(files.disk().read(files.lockHolder(), LIMIT_BYTES));
            return "process " + holder.path("pid").asLong() + " on "
                    + holder.path("host").asText() + " is at '"
                    + holder.path("operation").asText() + "'";
        } catch (IOException | MalformedJsonException notThere) {
            return "another operation is under way";
        }
    }
}
