package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes a queue's folders and finds out, before the first task, whether the protocol can work in them. */
final class QueueFolders {
    private static final byte[] NOTHING = {};
    private final QueueLayout layout;
    private final QueueOptions options;
    private final Disk disk;
    private final RandomGenerator random;

    QueueFolders(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.options = options;
        this.disk = ports.disk();
        this.random = ports.random();
    }

    void prepare() throws IOException {
        for (Path folder : layout.folders()) prepare(folder);
        proveRenames();
        if (options.durability() == Durability.FSYNC) disk.forceFolder(layout.root());
    }

    private void prepare(Path folder) throws IOException {
        Optional<FileFacts> facts = factsOf(folder);
        if (facts.isEmpty()) make(folder);
        else if (facts.get().kind() == FileFacts.Kind.LINK)
            throw new QueueFolderException(
                    folder, "is a symbolic link; name the folder that it points to, or remove the link", null);
        else if (facts.get().kind() != FileFacts.Kind.FOLDER)
            throw new QueueFolderException(folder, "is not a folder; move it away", null);
        if (!options.shared() && disk.isWritableByOthers(folder))
            throw new QueueFolderException(
                    folder,
                    "can be written by other users, who could make workers run anything; "
                            + "'chmod go-w' it, or set shared = true in [service] if that is meant",
                    null);
    }

    private Optional<FileFacts> factsOf(Path folder) throws IOException {
        try {
            return disk.facts(folder);
        } catch (IOException e) {
            throw cannotBeMade(folder, e);
        }
    }

    private void make(Path folder) throws IOException {
        try {
            disk.createFolders(folder);
        } catch (IOException e) {
            throw cannotBeMade(folder, e);
        }
    }

    private static QueueFolderException cannotBeMade(Path folder, IOException e) {
        return new QueueFolderException(
                folder, "cannot be made (" + e + "); is the share mounted, writable and not full?", e);
    }

    /**
     * A folder of the queue may be a mount of its own; then nothing could move into it. The file's name is drawn, because
     * others prepare the same folder at the same time, in this process and on other hosts; it is a draft's, so that
     * retention finds it should we die.
     */
    private void proveRenames() throws IOException {
        Path probe = layout.control().resolve(String.format(".draft-probe-%016x", random.nextLong()));
        Path at = probe;
        try {
            disk.create(probe, NOTHING, Durability.OS);
            for (TaskState state : TaskState.values()) {
                Path next = layout.folder(state).resolve(probe.getFileName());
                disk.rename(at, next);
                at = next;
            }
        } catch (IOException e) {
            throw new QueueFolderException(
                    layout.root(),
                    "does not let files be made and renamed (" + e
                            + "); it must be writable, not full, and one file system with all its folders",
                    e);
        } finally {
            disk.delete(at);
        }
    }
}
