package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.isIn;
import static dev.millrace.testkit.WrongWays.isReturn;
import static dev.millrace.testkit.WrongWays.isTerminal;

import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Ways to be wrong about who waits for others, who is called off, who runs again and who is removed. */
final class WrongDuties {
    private WrongDuties() {}

    /** Of the list of a group only its first line is read. */
    static PlantedDisk firstEndingIsEnough(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public byte[] read(Path file, int limit) throws IOException {
                byte[] content = super.read(file, limit);
                if (!file.toString().endsWith(".members")) return content;
                int end = 0;
                while (end < content.length && content[end] != '\n') end++;
                return Arrays.copyOf(content, end);
            }
        };
    }

    /** @param which the names of the tasks to be called off */
    static PlantedDisk cancelsDropped(Disk disk, Predicate<String> which) {
        return new PlantedDisk(disk) {
            @Override
            public void replace(Path file, byte[] content, Durability durability) throws IOException {
                String stem = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
                if (!isIn(file, "cancel") || !which.test(stem)) super.replace(file, content, durability);
            }
        };
    }

    static PlantedDisk cancelsForgottenAtAReturn(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            boolean instead(DiskCall call) throws IOException {
                if (!isReturn(call)) return false;
                String stem = ClaimName.parse(String.valueOf(call.path().getFileName()))
                        .map(claim -> claim.task().stem())
                        .orElse("");
                below().delete(rootOf(call.path()).resolve("control/cancel").resolve(stem + ".json"));
                return false;
            }
        };
    }

    private static Path rootOf(Path taskFile) {
        return Disk.parentOf(Disk.parentOf(taskFile));
    }

    /** Files of tasks that have ended seem to be as old as the tasks. */
    static PlantedDisk sweptBySubmit(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public Optional<FileFacts> facts(Path path) throws IOException {
                Optional<FileFacts> facts = super.facts(path);
                OptionalLong submitted = TaskOrder.dueMicrosOf(String.valueOf(path.getFileName()));
                if (submitted.isEmpty() || !isTerminal(Optional.of(path))) return facts;
                Instant at = Instant.ofEpochMilli(submitted.getAsLong() / 1_000);
                return facts.map(found -> new FileFacts(found.kind(), found.size(), at));
            }
        };
    }

    /** From when old lists are looked for, which comes behind records of attempts, until drafts are, nobody is seen to wait. */
    static PlantedDisk listsOfWaitingSwept(Disk disk) {
        return new PlantedDisk(disk) {
            private boolean begun;
            private boolean sweeping;

            @Override
            public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
                sweeping = sweeping ? !folder.endsWith("heartbeats") : begun && folder.endsWith("waits");
                begun = folder.endsWith("attempts") || (begun && !folder.endsWith("heartbeats"));
                boolean hides = sweeping && folder.endsWith("blocked");
                if (!hides) super.forEachName(folder, visitor);
            }

            @Override
            public List<String> sortedNames(Path folder) throws IOException {
                return sweeping && folder.endsWith("groups") ? new ArrayList<>() : super.sortedNames(folder);
            }
        };
    }

    static PlantedDisk oldRunsRemovedFirst(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public void replace(Path file, byte[] content, Durability durability) throws IOException {
                if (isIn(file, "second-runs") && TaskName.isTaskFile(file.toString()))
                    for (String state : List.of("failed", "cancelled"))
                        below().delete(rootOf(Disk.parentOf(file))
                                .resolve(state)
                                .resolve(oldIn(content)));
                super.replace(file, content, durability);
            }
        };
    }

    private static String oldIn(byte[] task) throws IOException {
        try {
            return Json.parseObject(task).path("retry_of").asText() + TaskName.SUFFIX;
        } catch (MalformedJsonException e) {
            throw new IOException(e);
        }
    }

    /** Whoever removes a task that has ended puts it back into line. */
    static PlantedDisk removedIsPutBack(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public boolean delete(Path file) throws IOException {
                boolean ended = isTerminal(Optional.of(file)) && TaskName.isTaskFile(file.toString());
                if (!ended) return super.delete(file);
                rename(file, rootOf(file).resolve("pending").resolve(file.getFileName()));
                return true;
            }
        };
    }

    /** Whoever could not put a task back believes at the next try that he has done it. */
    static PlantedDisk strandedIsForgotten(Disk disk) {
        return new PlantedDisk(disk) {
            private final Set<Path> forgotten = new HashSet<>();

            @Override
            boolean instead(DiskCall call) {
                return isReturn(call) && forgotten.contains(call.path());
            }

            @Override
            public void rename(Path from, Path to) throws IOException {
                try {
                    super.rename(from, to);
                } catch (IOException refused) {
                    forgotten.add(from);
                    throw refused;
                }
            }
        };
    }
}
