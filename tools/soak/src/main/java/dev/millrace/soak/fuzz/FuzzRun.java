package dev.millrace.soak.fuzz;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.MemoryDisk;
import dev.millrace.testkit.SteppedTime;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/** {@link Fuzz}: rounds in turn, each within its time. */
final class FuzzRun {
    private static final int LONGEST_ROUND_SECONDS = 30;
    private static final long SAY_EVERY = 20_000;

    /** One seed in so many has its queue on the real disk, when it has one. */
    private static final int ON_DISK = 25;

    private static final int WITH_A_QUEUE = 92;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final long seed;
    private final long wanted;
    private final Path scratch;
    private final Predicate<String[]> lines;
    private final Time time;
    private final Consumer<String> progress;
    private final Map<String, Long> counts = new HashMap<>();
    private long rounds;
    private long total;
    private final CRC32C checksum = new CRC32C();
    private long refused;
    private long onDisk;
    private long slowest;

    FuzzRun(long seed, long wanted, Path scratch, Predicate<String[]> lines, Time time, Consumer<String> progress) {
        this.seed = seed;
        this.wanted = wanted;
        this.scratch = scratch;
        this.lines = lines;
        this.time = time;
        this.progress = progress;
    }

    FuzzReport run() throws IOException, InterruptedException {
        Map<Path, byte[]> template = Template.files();
        ExecutorService thread = Executors.newSingleThreadExecutor(body -> {
            Thread made = new Thread(body, "fuzz");
            made.setDaemon(true);
            return made;
        });
        try {
            int open = -1;
            for (long said = 0; total < wanted; rounds++) {
                Optional<FuzzReport> failed = round(thread, seed + rounds, template);
                if (failed.isPresent()) return failed.get();
                // What the virtual machine opens for itself, it has opened by now.
                if (open < 0 && total * 4 >= wanted) {
                    open = descriptors();
                    onDisk = 0;
                }
                if (total - said >= SAY_EVERY) {
                    said = total;
                    progress.accept(total + " documents, " + rounds + " rounds");
                }
            }
            return report(Math.max(0, descriptors() - open), Optional.empty(), Optional.empty());
        } finally {
            thread.shutdownNow();
        }
    }

    private Optional<FuzzReport> round(ExecutorService thread, long roundSeed, Map<Path, byte[]> template)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(scratch.resolve("round-" + roundSeed));
        Round round = made(roundSeed, folder, template);
        long began = time.nanos();
        Future<?> running = thread.submit(() -> {
            round.run();
            return null;
        });
        try {
            running.get(LONGEST_ROUND_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Optional.of(failed(round, folder, roundSeed, "takes longer than " + LONGEST_ROUND_SECONDS + " s"));
        } catch (ExecutionException e) {
            return Optional.of(failed(round, folder, roundSeed, stackOf(e.getCause())));
        }
        slowest = Math.max(slowest, (time.nanos() - began) / 1_000_000);
        refused += round.refused();
        count(round);
        remove(folder);
        return Optional.empty();
    }

    private void count(Round round) {
        for (Document document : round.documents()) {
            counts.merge(document.kind(), 1L, Long::sum);
            checksum.update((document.kind() + document.place().getFileName()).getBytes(StandardCharsets.UTF_8));
            checksum.update(document.content());
        }
        total += round.documents().size();
    }

    private Round made(long roundSeed, Path folder, Map<Path, byte[]> template) throws IOException {
        RandomGenerator random = new SplittableRandom(roundSeed);
        int dice = random.nextInt(100);
        SteppedTime clocks = SteppedTime.create();
        boolean real = Math.floorMod(roundSeed, ON_DISK) == 0 && dice < WITH_A_QUEUE;
        if (real) onDisk++;
        Disk disk = real ? Disk.local() : MemoryDisk.create(clocks);
        Path root = real ? folder.resolve("queue") : Template.ROOT;
        if (dice < 50) return new TaskRound(new FuzzWorld(disk, clocks, random, root), random);
        if (dice < 82) return new ControlRound(new FuzzWorld(disk, clocks, random, root), template, random);
        if (dice < WITH_A_QUEUE) return new BeatRound(new FuzzWorld(disk, clocks, random, root), random);
        return dice < 95 ? new SettingsRound(folder, random) : new LineRound(lines, random);
    }

    private FuzzReport failed(Round round, Path folder, long roundSeed, String why) throws IOException {
        count(round);
        rounds++;
        int number = 0;
        for (Document document : round.documents())
            Files.write(
                    folder.resolve(
                            "document-" + number++ + "-" + document.place().getFileName()),
                    document.content());
        String text =
                "the round of seed " + roundSeed + " failed (run it alone: --fuzz 1 --seed " + roundSeed + "): " + why;
        return report(0, Optional.of(text), Optional.of(folder));
    }

    private FuzzReport report(int descriptors, Optional<String> failure, Optional<Path> saved) {
        return new FuzzReport(
                counts, rounds, checksum.getValue(), refused, descriptors, onDisk, slowest, failure, saved);
    }

    private static String stackOf(@org.jspecify.annotations.Nullable Throwable thrown) {
        StringWriter text = new StringWriter();
        if (thrown != null) thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static int descriptors() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) return 0;
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path ignored : open) count++;
        }
        return count;
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, java.nio.file.LinkOption.NOFOLLOW_LINKS)) remove(entry);
                else Files.delete(entry);
            }
        }
        Files.delete(folder);
    }
}
