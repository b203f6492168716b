package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One operation on a {@link FaultyDisk}.
 *
 * @param operation what is done
 * @param path to which file or folder; for a rename, the old name
 * @param target the new name of a rename; empty for everything else
 */
public record DiskCall(Operation operation, Path path, Optional<Path> target) {

    /** The operations of {@link dev.millrace.storage.Disk} and of its append files. */
    public enum Operation {
        LIST(false),
        READ(false),
        FACTS(false),
        SPACE(false),
        WATCH(false),
        CREATE(true),
        WRITE_AT(true),
        OPEN_APPEND(true),
        APPEND(true),
        FORCE_APPENDED(true),
        RENAME(true),
        DELETE(true),
        CREATE_FOLDERS(true),
        FORCE_FOLDER(true),
        FORCE_FILE(true),
        FORCE_FILE_SYSTEM(true),
        TOUCH(true),
        TRUNCATE(true),
        LOCK(true);

        private final boolean change;

        Operation(boolean change) {
            this.change = change;
        }

        /** True when it changes what is on disk, or what would survive a power cut. */
        public boolean isChange() {
            return change;
        }
    }

    /** True for this operation. */
    public boolean is(Operation other) {
        return operation == other;
    }

    /** True when the file, or a rename's new name, lies directly in a folder of this name. */
    public boolean isIn(String folder) {
        return lies(path, folder) || target.filter(to -> lies(to, folder)).isPresent();
    }

    private static boolean lies(Path file, String folder) {
        Path parent = file.getParent();
        return parent != null && parent.endsWith(folder);
    }
}
