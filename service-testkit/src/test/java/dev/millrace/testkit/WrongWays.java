package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskName;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Ways to be wrong, for {@link PlantedBug}. */
final class WrongWays {
    private WrongWays() {}

    interface Which {
        boolean is(DiskCall call);
    }

    interface Renaming {
        TaskName wrong(TaskName right);
    }

    static PlantedDisk skipping(Disk disk, Which which) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) {
                return which.is(call);
            }
        };
    }

    static PlantedDisk copying(Disk disk, Which which) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) throws IOException {
                if (!call.is(Operation.RENAME) || !which.is(call)) return false;
                below().create(call.target().orElseThrow(), below().read(call.path(), 1 << 24), Durability.FSYNC);
                below().delete(call.path());
                return true;
            }
        };
    }

    static PlantedDisk renaming(Disk disk, Renaming renaming) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) throws IOException {
                if (!isReturn(call)) return false;
                Path to = call.target().orElseThrow();
                String name = String.valueOf(to.getFileName());
                int start = isIn(to, "scheduled") ? name.indexOf('-') + 1 : 0;
                String wrong =
                        renaming.wrong(TaskName.parse(name.substring(start))).fileName();
                below().rename(call.path(), to.resolveSibling(name.substring(0, start) + wrong));
                return true;
            }
        };
    }

    /** Batches that go from running into one of these folders. */
    static PlantedDisk renamingBatches(Disk disk, Predicate<Path> into, UnaryOperator<BatchName> renaming) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) throws IOException {
                Path to = call.target().orElse(call.path());
                String name = String.valueOf(to.getFileName());
                boolean leaves = isIn(call.path(), "running") && into.test(Disk.parentOf(to));
                if (!call.is(Operation.RENAME) || !leaves || !BatchName.isBatchFile(name)) return false;
                int start = isIn(to, "scheduled") ? name.indexOf('-') + 1 : 0;
                BatchName right = BatchName.parse(name.substring(start));
                String wrong = renaming.apply(right).fileName();
                below().rename(call.path(), to.resolveSibling(name.substring(0, start) + wrong));
                return true;
            }
        };
    }

    static PlantedDisk forcedAfter(Disk disk, Which which) {
        return new PlantedDisk(disk) {
            private @Nullable Deed force;

            @Override
            <T> T run(DiskCall call, Work<T> work) throws IOException {
                if (call.is(Operation.FORCE_APPENDED) && isIn(call.path(), "outcomes")) {
                    force = half -> work.run(half);
                    return done();
                }
                T answer = super.run(call, work);
                Deed due = force;
                if (due != null && which.is(call)) {
                    force = null;
                    due.run(false);
                }
                return answer;
            }
        };
    }

    static boolean isIn(Path file, String folder) {
        Path parent = file.getParent();
        return parent != null && parent.endsWith(folder);
    }

    static boolean isIn(Optional<Path> file, String folder) {
        return file.isPresent() && isIn(file.get(), folder);
    }

    static boolean isTerminal(Optional<Path> file) {
        return file.filter(one -> isTerminal(Disk.parentOf(one))).isPresent();
    }

    static boolean isTerminal(Path folder) {
        return folder.endsWith("done") || folder.endsWith("failed") || folder.endsWith("cancelled");
    }

    static boolean isWaiting(Path folder) {
        return folder.endsWith("pending") || folder.endsWith("scheduled") || folder.endsWith("blocked");
    }

    static boolean isFence(DiskCall call) {
        return call.is(Operation.RENAME)
                && call.target()
                        .filter(to -> to.toString().contains(".settled-"))
                        .isPresent()
                && !call.path().toString().contains(".settled-");
    }

    static boolean isPromotion(DiskCall call) {
        return call.is(Operation.RENAME) && isIn(call.path(), "scheduled") && isIn(call.target(), "pending");
    }

    /** Of a single task, from running to where it waits. */
    static boolean isReturn(DiskCall call) {
        return call.is(Operation.RENAME)
                && isIn(call.path(), "running")
                && (isIn(call.target(), "pending") || isIn(call.target(), "scheduled"))
                && TaskName.isTaskFile(call.target().orElseThrow().toString());
    }
}
