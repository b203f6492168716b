package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
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
        return isIn(file, "done") || isIn(file, "failed") || isIn(file, "cancelled");
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

    /** Of a single task, from running to where it waits. */
    static boolean isReturn(DiskCall call) {
        return call.is(Operation.RENAME)
                && isIn(call.path(), "running")
                && (isIn(call.target(), "pending") || isIn(call.target(), "scheduled"))
                && TaskName.isTaskFile(call.target().orElseThrow().toString());
    }

    static String stemOf(Path claim) {
        return ClaimName.parse(String.valueOf(claim.getFileName()))
                .map(name -> name.task().stem())
                .orElse("");
    }

    static byte[] withHighCounts(byte[] log) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String line : new String(log, StandardCharsets.UTF_8).split("\n")) {
            String[] fields = line.split("\t", 9);
            if (fields.length != 9) continue;
            fields[3] = "1000";
            byte[] rest = String.join("\t", List.of(fields).subList(1, 9)).getBytes(StandardCharsets.UTF_8);
            CRC32C sum = new CRC32C();
            sum.update(rest);
            all.writeBytes(String.format("%08x\t", sum.getValue()).getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(rest);
            all.write('\n');
        }
        return all.toByteArray();
    }
}
