package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One change of a service at a time, on this host. The operating system frees the lock when its holder dies, so nothing
 * is ever left behind to be cleared; and looking never needs it.
 */
final class OperationLock {
    private static final int LIMIT_BYTES = 64 << 10;
    private static final Set<String> PASSING = Set.of("serve:status", "reconcile");

    /** Longer than a restart that waits for a lost host, see SshLauncher. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** Longer than it takes to write one's name after the lock was taken. */
    private static final Duration MOMENT = Duration.ofMillis(200);

    private static final Duration LOOK = Duration.ofMillis(50);
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
        try {
            if (lock.isPresent()) noteHolder(operation);
        } catch (IOException onlyForPeople) {
            forgetHolder(); // on a full disk nobody can read who holds it, but it is held
        }
        return lock;
    }

    /** The name of the holder before would be taken for this one's. */
    private void forgetHolder() {
        try {
            files.disk().delete(files.lockHolder());
        } catch (IOException e) {
            // then it is as wrong as it was
        }
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
     * The lock; waits a little while somebody only looks at the service and mends it.
     *
     * @throws ServiceException.Busy naming the operation that holds it
     */
    DiskLock take(String operation) throws IOException, InterruptedException {
        long start = time.nanos();
        while (true) {
            Optional<DiskLock> lock = tryTake(operation);
            if (lock.isPresent()) return lock.get();
            if (time.nanos() - start > patience().toNanos())
                throw new ServiceException.Busy(
                        "cannot " + operation + " now: " + holder() + "; try again when it is done");
            time.sleep(LOOK);
        }
    }

    /** Who holds it without a name may be passing by, and a name may be that of the holder before, for a moment. */
    private Duration patience() {
        String operation = holderOperation();
        return operation.isEmpty() || PASSING.contains(operation) ? PATIENCE : MOMENT;
    }

    private String holderOperation() {
        try {
            return Json.parseObject(files.disk().read(files.lockHolder(), LIMIT_BYTES))
                    .path("operation")
                    .asText();
        } catch (IOException | MalformedJsonException notThere) {
            return "";
        }
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
