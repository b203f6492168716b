package dev.millrace.lifecycle;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** Where the workers are to be found should the record be damaged. */
    Path place() {
        return folder.resolve("service_place.json");
    }

    /** A record that could not be read, kept for whoever wants to know why. */
    Path damagedRecord() {
        return folder.resolve("service_record.damaged.json");
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
            return presentRecord();
        } catch (IOException e) {
            throw new ServiceException.OwnershipUnknown(
                    "the service's record " + record() + " cannot be read (" + e.getMessage()
                            + "), so nobody knows which workers run; is the share there, and may it be read? If it is,"
                            + " 'millrace stop' finds the workers by their heartbeats",
                    e);
        } catch (MalformedJsonException e) {
            throw new ServiceException.OwnershipUnknown(
                    "the service's record " + record() + " cannot be read (it " + e.getMessage()
                            + "), so nobody knows which workers run; run 'millrace stop', which finds them all the"
                            + " same",
                    e);
        }
    }

    private Optional<ServiceRecord> presentRecord() throws IOException, MalformedJsonException {
        try {
            return Optional.of(ServiceRecord.fromJson(Json.parse(disk.read(record(), LIMIT_BYTES))));
        } catch (NoSuchFileException absent) {
            requireFolderAbove(record());
            return Optional.empty();
        }
    }

    /** Below a file there is nothing, and some Java versions say no more than that; a share must not look empty for it. */
    private void requireFolderAbove(Path path) throws IOException {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            Optional<FileFacts> facts = disk.facts(above);
            if (facts.isEmpty()) continue;
            if (facts.get().kind() == FileFacts.Kind.FILE) throw new NotDirectoryException(above.toString());
            return;
        }
    }

    /** The second file beside the record; empty when it is not there or cannot be read either. */
    Optional<ServicePlace> readPlace() {
        try {
            return Optional.of(ServicePlace.fromJson(Json.parse(disk.read(place(), LIMIT_BYTES))));
        } catch (MalformedJsonException | IOException unknown) {
            return Optional.empty();
        }
    }

    /** Writes the record, and before it, when that has changed, where the workers are to be found. */
    void writeRecord(ServiceRecord record) throws IOException {
        disk.createFolders(folder);
        ServicePlace place = ServicePlace.of(record);
        if (!readPlace().equals(Optional.of(place)))
            disk.replace(place(), Json.indented(place.toJson()), Durability.FSYNC);
        disk.replace(record(), Json.indented(record.toJson()), Durability.FSYNC);
    }

    /** Copies a damaged record aside before another takes its place. */
    void keepDamagedRecord() throws IOException {
        disk.replace(damagedRecord(), disk.read(record(), LIMIT_BYTES), Durability.OS);
    }

    /** Stop is proven. While there is a record, the place stands beside it. */
    void removeRecord() throws IOException {
        disk.delete(restarts());
        disk.delete(record());
        disk.delete(place());
        for (String name : disk.sortedNames(folder)) if (isDraft(name)) disk.delete(folder.resolve(name));
        disk.forceFolder(folder);
    }

    /** What a controller left that was killed while it wrote; the lock keeps everybody else from writing these. */
    private boolean isDraft(String name) {
        return name.startsWith(".draft-")
                && Stream.of(record(), place(), restarts()).anyMatch(file -> name.endsWith("-" + file.getFileName()));
    }
}
