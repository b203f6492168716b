package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.isIn;
import static dev.millrace.testkit.WrongWays.isWaiting;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Ways to be wrong about what is written before a task is accepted, for {@link PlantedBug}. */
final class WrongSubmits {
    private WrongSubmits() {}

    static PlantedDisk draftsNotForced(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public void create(Path file, byte[] content, Durability durability) throws IOException {
                super.create(file, content, Durability.OS);
            }
        };
    }

    /** Small files of one folder. */
    static PlantedDisk replacedWithoutForce(Disk disk, String folder) {
        return new PlantedDisk(disk) {
            @Override
            public void replace(Path file, byte[] content, Durability durability) throws IOException {
                super.replace(file, content, isIn(file, folder) ? Durability.OS : durability);
            }
        };
    }

    /** Everybody gets these locks. */
    static PlantedDisk notLocked(Disk disk, Predicate<Path> which) {
        return new PlantedDisk(disk) {
            @Override
            public Optional<DiskLock> tryLock(Path file) throws IOException {
                return which.test(file) ? Optional.of(() -> {}) : super.tryLock(file);
            }
        };
    }

    /** It is written when the folder of the waiting task is forced. */
    static PlantedDisk keysMarkedLate(Disk disk) {
        return new PlantedDisk(disk) {
            private @Nullable Deed mark;

            @Override
            public void replace(Path file, byte[] content, Durability durability) throws IOException {
                if (isIn(file, "unique")) mark = half -> super.replace(file, content, durability);
                else super.replace(file, content, durability);
            }

            @Override
            public void forceFolder(Path folder) throws IOException {
                super.forceFolder(folder);
                Deed due = mark;
                if (due == null || !isWaiting(folder)) return;
                mark = null;
                due.run(false);
            }
        };
    }

    /** What belongs beside the queue until all of it is written goes to where it is looked for. */
    static PlantedDisk groupsOneByOne(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public void create(Path file, byte[] content, Durability durability) throws IOException {
                Path groups = Disk.parentOf(Disk.parentOf(file));
                if (groups.endsWith("groups")) submit(target(file, groups), content);
                else super.create(file, content, durability);
            }

            private void submit(Path target, byte[] content) throws IOException {
                Path draft = target.resolveSibling(".draft-" + target.getFileName() + ".tmp");
                super.create(draft, content, Durability.FSYNC);
                rename(draft, target);
                forceFolder(Disk.parentOf(target));
            }
        };
    }

    private static Path target(Path staged, Path groups) {
        String name = String.valueOf(staged.getFileName());
        int dot = name.indexOf('.');
        Path root = Disk.parentOf(Disk.parentOf(groups));
        return root.resolve(name.substring(0, dot)).resolve(name.substring(dot + 1));
    }
}
