package dev.millrace.lifecycle;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a service keeps what it knows of itself, beside its queue.
 *
 * @param disk the file system
 * @param folder the service's folder
 */
public record ServiceFiles(Disk disk, Path folder) {
    private static final int LIMIT_BYTES = 8 << 20;

    /** The service's own record. */
    public Path record() {
        return folder.resolve("service_record.json");
    }

    /** Which workers were restarted, when and why. */
    Path restarts() {
        return folder.resolve("restarts.json");
    }

    /** Held while a service is started, stopped or reconciled. */
    Path lock() {
        return folder.resolve("operation.lock");
    }

    /** Who holds the lock, for people. */
    Path lockHolder() {
        return folder.resolve("operation.json");
    }

    /** What the workers' processes print. */
    public Path output(String worker) {
        return folder.resolve("log").resolve(dev.millrace.liveness.WorkerName.safe(worker) + ".out");
    }

    /**
     * The record; empty when no service is held.
     *
     * @throws ServiceException.OwnershipUnknown when there is one that cannot be read: never taken for absent
     */
    public Optional<ServiceRecord> readRecord() {
        try {
            return Optional.of(ServiceRecord.fromJson(Json.parse(disk.read(record(), LIMIT_BYTES))));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ServiceException.OwnershipUnknown(
                    "the service's record " + record() + " cannot be read (" + e.getMessage()
                            + "), so nobody knows which workers run; is the share there, and may it be read? If it is,"
                            + " 'millrace stop' finds the workers by their heartbeats",
                    e);
        } catch (MalformedJsonException e) {
            throw new ServiceException.OwnershipUnknown(
                    "the service's record " + record() + " cannot be read (it " + e.getMessage()
                            + "), so nobody knows which workers run; run 'millrace stop', which finds them by their"
                            + " heartbeats",
                    e);
        }
    }

    void writeRecord(ServiceRecord record) throws IOException {
        disk.createFolders(folder);
        disk.replace(record(), Json.indented(record.toJson()), Durability.FSYNC);
    }

    /** Stop is proven; the record goes last. A damaged one is kept beside it for whoever wants to know. */
    void removeRecord(boolean damaged) throws IOException {
        disk.delete(restarts());
        if (damaged && disk.exists(record())) disk.rename(record(), folder.resolve("service_record.damaged.json"));
        else disk.delete(record());
        disk.forceFolder(folder);
    }
}
