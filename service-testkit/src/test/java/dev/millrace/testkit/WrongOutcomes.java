package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.isFence;
import static dev.millrace.testkit.WrongWays.isIn;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Ways to be wrong about outcomes, their logs and the fence, for {@link PlantedBug}. */
final class WrongOutcomes {
    private WrongOutcomes() {}

    static PlantedDisk writtenBeforeTheFence(Disk disk) {
        return new PlantedDisk(disk) {
            private final Map<String, String[]> logged = new HashMap<>();

            @Override
            void appended(Path file, byte[] bytes) {
                if (!isIn(file, "outcomes")) return;
                for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
                    String[] fields = line.split("\t", 9);
                    if (fields.length == 9) logged.put(fields[2], fields);
                }
            }

            @Override
            boolean instead(DiskCall call) throws IOException {
                if (!isFence(call)) return false;
                String[] record = logged.get(stemOf(call.path()));
                if (record != null) writeEarly(call.path(), record);
                return false;
            }

            private void writeEarly(Path claim, String[] record) throws IOException {
                try {
                    below().writeAt(claim, Long.parseLong(record[6]), record[8].getBytes(StandardCharsets.US_ASCII));
                } catch (NoSuchFileException lost) {
                    // fenced
                }
            }
        };
    }

    private static String stemOf(Path claim) {
        return claimOf(claim).map(name -> name.task().stem()).orElse("");
    }

    private static Optional<ClaimName> claimOf(Path file) {
        return ClaimName.parse(String.valueOf(file.getFileName()));
    }

    /** Records of logs that were moved aside seem to be of the latest claim. */
    static PlantedDisk highReturnCounts(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public byte[] read(Path file, int limit) throws IOException {
                byte[] content = super.read(file, limit);
                return file.toString().endsWith(".aside") ? withHighCounts(content) : content;
            }
        };
    }

    private static byte[] withHighCounts(byte[] log) {
        return changed(log, 9, fields -> fields[3] = "1000");
    }

    /** Outcomes of the first two tasks of a batch are mixed up. */
    static PlantedDisk neighboursOutcomes(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            byte[] appending(Path file, byte[] bytes) {
                boolean batch = isIn(file, "outcomes") && isOfBatch(bytes);
                return batch ? changed(bytes, 8, WrongOutcomes::giveToTheNeighbour) : bytes;
            }
        };
    }

    private static boolean isOfBatch(byte[] lines) {
        return new String(lines, StandardCharsets.UTF_8).split("\t", 3)[1].startsWith("b");
    }

    private static void giveToTheNeighbour(String[] fields) {
        if (fields[3].equals("0")) fields[3] = "1";
        else if (fields[3].equals("1")) fields[3] = "0";
    }

    /** Other lines of so many fields, with checksums that are right. */
    private static byte[] changed(byte[] log, int count, Consumer<String[]> change) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String line : new String(log, StandardCharsets.UTF_8).split("\n")) {
            String[] fields = line.split("\t", count);
            if (fields.length != count) continue;
            change.accept(fields);
            byte[] rest = String.join("\t", List.of(fields).subList(1, count)).getBytes(StandardCharsets.UTF_8);
            CRC32C sum = new CRC32C();
            sum.update(rest);
            all.writeBytes(String.format("%08x\t", sum.getValue()).getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(rest);
            all.write('\n');
        }
        return all.toByteArray();
    }

    static PlantedDisk logsUnseen(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public List<String> sortedNames(Path folder) throws IOException {
                List<String> names = super.sortedNames(folder);
                return folder.endsWith("outcomes") ? List.of() : names;
            }
        };
    }

    static PlantedDisk logsUnseenAtFirst(Disk disk) {
        return new PlantedDisk(disk) {
            private int looks;

            /** A look is two listings. */
            @Override
            public List<String> sortedNames(Path folder) throws IOException {
                List<String> names = super.sortedNames(folder);
                boolean first = folder.endsWith("outcomes") && looks++ < 2;
                return first ? List.of() : names;
            }
        };
    }

    static PlantedDisk logsNeverTakenAway(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public Optional<FileFacts> facts(Path path) throws IOException {
                Optional<FileFacts> facts = super.facts(path);
                boolean log = isIn(path, "outcomes") && facts.isEmpty();
                return log ? Optional.of(new FileFacts(FileFacts.Kind.FILE, 0, Instant.EPOCH)) : facts;
            }
        };
    }

    static PlantedDisk lostFencesWon(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) throws IOException {
                if (!isFence(call)) return false;
                try {
                    below().rename(call.path(), call.target().orElseThrow());
                } catch (NoSuchFileException lost) {
                    // goes on as if it had won
                }
                return true;
            }
        };
    }

    /** Whoever finds the settled file of another, without a look at the log, gives it back to those who wait. */
    static PlantedDisk settledIsPutBack(Disk disk) {
        return new PlantedDisk(disk) {
            private final Set<String> mine = new HashSet<>();

            @Override
            boolean instead(DiskCall call) throws IOException {
                Optional<ClaimName> from = claimOf(call.path());
                if (from.isEmpty())
                    call.target().flatMap(WrongOutcomes::claimOf).ifPresent(own -> mine.add(own.incarnation()));
                if (from.filter(this::isOthersSettled).isEmpty()) return false;
                if (call.is(Operation.RENAME)) putBack(call.path(), from.get().task());
                return call.is(Operation.RENAME) || call.is(Operation.WRITE_AT);
            }

            private boolean isOthersSettled(ClaimName claim) {
                return claim.stage() == ClaimName.Stage.SETTLED && !mine.contains(claim.incarnation());
            }

            private void putBack(Path settled, TaskName task) throws IOException {
                Path pending = Disk.parentOf(Disk.parentOf(settled)).resolve("pending");
                below().rename(settled, pending.resolve(task.sameAttempt().fileName()));
            }
        };
    }
}
