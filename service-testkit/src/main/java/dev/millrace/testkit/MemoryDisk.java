package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.time.InstantSource;

/**
 * A disk that lives in memory and leaves nothing behind. Safe for use by several threads.
 *
 * <p>It behaves as the disk of this machine does, with three differences: nothing has to be forced, there are no symbolic
 * links, and every change of a file or folder gets a time of modification of its own, however fast changes follow each
 * other. At first it holds nothing but the root folder; paths are those of the usual file system and never lead to it.
 */
public interface MemoryDisk extends Disk {

    /**
     * An empty disk.
     *
     * @param clock what times of modification are taken from
     */
    static MemoryDisk create(InstantSource clock) {
        return new RememberedFiles(clock);
    }

    /** How many bytes its files hold together. */
    long bytes();
}
