package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.copying;
import static dev.millrace.testkit.WrongWays.forcedAfter;
import static dev.millrace.testkit.WrongWays.isFence;
import static dev.millrace.testkit.WrongWays.isIn;
import static dev.millrace.testkit.WrongWays.isTerminal;
import static dev.millrace.testkit.WrongWays.isWaiting;
import static dev.millrace.testkit.WrongWays.renaming;
import static dev.millrace.testkit.WrongWays.skipping;
import static dev.millrace.testkit.WrongWays.stemOf;
import static dev.millrace.testkit.WrongWays.withHighCounts;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskName;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Deliberate mistakes in the protocol, each made by a layer between the queue and the disk, so that the product's code
 * stays as it is. A bug is found when an exploration that the right protocol passes breaks a promise.
 */
enum PlantedBug {
    WRITTEN_BEFORE_THE_FENCE("the outcome is written before the fence") {
        @Override
        PlantedDisk over(Disk disk) {
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
                        below().writeAt(
                                        claim,
                                        Long.parseLong(record[6]),
                                        record[8].getBytes(StandardCharsets.US_ASCII));
                    } catch (NoSuchFileException lost) {
                        // fenced
                    }
                }
            };
        }
    },
    LOG_NOT_FORCED("the outcome log is not forced") {
        @Override
        PlantedDisk over(Disk disk) {
            return skipping(disk, call -> call.is(Operation.FORCE_APPENDED) && isIn(call.path(), "outcomes"));
        }
    },
    LOG_FORCED_AFTER_THE_FENCE("the outcome log is forced after the fence") {
        @Override
        PlantedDisk over(Disk disk) {
            return forcedAfter(disk, WrongWays::isFence);
        }
    },
    UNFORCED_LOG_TRUSTED("a dead owner's log is trusted before it is forced") {
        @Override
        PlantedDisk over(Disk disk) {
            return skipping(disk, call -> call.is(Operation.FORCE_FILE) && isIn(call.path(), "outcomes"));
        }
    },
    SUBMIT_FOLDER_NOT_FORCED("the folder is not forced after a submit") {
        @Override
        PlantedDisk over(Disk disk) {
            return skipping(disk, call -> call.is(Operation.FORCE_FOLDER) && isWaiting(call.path()));
        }
    },
    DRAFT_NOT_FORCED("the draft of a new task is not forced") {
        @Override
        PlantedDisk over(Disk disk) {
            return new PlantedDisk(disk) {
                @Override
                public void create(Path file, byte[] content, Durability durability) throws IOException {
                    super.create(file, content, Durability.OS);
                }
            };
        }
    },
    RESCUE_BY_COPY("a task is rescued by copying it") {
        @Override
        PlantedDisk over(Disk disk) {
            return copying(disk, WrongWays::isReturn);
        }
    },
    RETURN_COUNT_LEFT_OUT("a returned task keeps its name") {
        @Override
        PlantedDisk over(Disk disk) {
            return renaming(disk, name -> new TaskName(name.stem(), name.attempt(), Math.max(0, name.returns() - 1)));
        }
    },
    RETRY_FORGETS_THE_ATTEMPT("a retry forgets the attempt") {
        @Override
        PlantedDisk over(Disk disk) {
            return renaming(disk, name -> new TaskName(name.stem(), Math.max(1, name.attempt() - 1), name.returns()));
        }
    },
    RETURN_COUNT_IGNORED("a replay ignores the return count") {
        @Override
        PlantedDisk over(Disk disk) {
            return new PlantedDisk(disk) {
                @Override
                public byte[] read(Path file, int limit) throws IOException {
                    byte[] content = super.read(file, limit);
                    return file.toString().endsWith(".aside") ? withHighCounts(content) : content;
                }
            };
        }
    },
    NO_LOG_LOOKUP("a fenced claim is rescued without a look at the log") {
        @Override
        PlantedDisk over(Disk disk) {
            return new PlantedDisk(disk) {
                @Override
                public List<String> sortedNames(Path folder) throws IOException {
                    List<String> names = super.sortedNames(folder);
                    return folder.endsWith("outcomes") ? List.of() : names;
                }
            };
        }
    },
    JOINS_WITHOUT_A_LOOK("who joins does not look for what was decided before") {
        @Override
        PlantedDisk over(Disk disk) {
            return new PlantedDisk(disk) {
                private boolean looked;

                @Override
                public List<String> sortedNames(Path folder) throws IOException {
                    List<String> names = super.sortedNames(folder);
                    boolean first = folder.endsWith("outcomes") && !looked;
                    looked |= folder.endsWith("outcomes");
                    return first ? List.of() : names;
                }
            };
        }
    },
    LOG_TAKEN_AWAY_UNNOTICED("an owner does not see that its log was taken away") {
        @Override
        PlantedDisk over(Disk disk) {
            return new PlantedDisk(disk) {
                @Override
                public Optional<FileFacts> facts(Path path) throws IOException {
                    Optional<FileFacts> facts = super.facts(path);
                    boolean log = isIn(path, "outcomes") && facts.isEmpty();
                    return log ? Optional.of(new FileFacts(FileFacts.Kind.FILE, 0, Instant.EPOCH)) : facts;
                }
            };
        }
    },
    LOG_DROPPED_BEFORE_THE_SYNC("a log is dropped before its outcomes are on disk") {
        @Override
        PlantedDisk over(Disk disk) {
            return skipping(disk, call -> call.is(Operation.FORCE_FILE_SYSTEM));
        }
    },
    PUBLISHED_BY_COPY("a task is published by copying it") {
        @Override
        PlantedDisk over(Disk disk) {
            return copying(disk, call -> isIn(call.path(), "running") && isTerminal(call.target()));
        }
    },
    PROMOTED_BY_COPY("a due task is promoted by copying it") {
        @Override
        PlantedDisk over(Disk disk) {
            return copying(disk, call -> isIn(call.path(), "scheduled") && isIn(call.target(), "pending"));
        }
    },
    CLAIMED_BY_COPY("a task is claimed by copying it") {
        @Override
        PlantedDisk over(Disk disk) {
            return copying(disk, call -> isIn(call.path(), "pending") && isIn(call.target(), "running"));
        }
    },
    FENCE_NOT_BELIEVED("a lost fence is not believed") {
        @Override
        PlantedDisk over(Disk disk) {
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
    },
    PROGRESS_BEFORE_THE_FORCE("a batch's outcomes count before they are forced") {
        @Override
        PlantedDisk over(Disk disk) {
            return forcedAfter(disk, call -> call.is(Operation.RENAME) && isIn(call.path(), "running"));
        }
    };

    private final String words;

    PlantedBug(String words) {
        this.words = words;
    }

    /** The bug in one clause. */
    String words() {
        return words;
    }

    abstract PlantedDisk over(Disk disk);

    UnaryOperator<Disk> layer() {
        return this::over;
    }
}
