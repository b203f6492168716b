package dev.millrace.soak.fuzz;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.SteppedTime;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
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
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/** {@link Fuzz}: rounds, some at once, each within its time; they are told of in the order of their seeds. */
final class FuzzRun {
    /** No round makes up more. */
    private static final long MOST_DOCUMENTS = 20;

    private static final int LONGEST_KEPT = 200;
    private static final long SAY_EVERY = 20_000;

    /** One seed in so many has its queue on the real disk, when it has one. */
    private static final int ON_DISK = 25;

    private static final int WITH_A_QUEUE = 92;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final long seed;
    private final long wanted;
    private final Path scratch;
    private final FuzzSetting setting;
    private final Time time;
    private final Consumer<String> progress;
    private final int lanes = Runtime.getRuntime().availableProcessors();
    private final Deque<Begun> begun = new ArrayDeque<>();
    private final Map<String, Long> counts = new HashMap<>();
    private int open = -1;
    private long rounds;
    private long total;
    private final CRC32C checksum = new CRC32C();
    private long refused;
    private long onDisk;
    private long slowest;

    FuzzRun(long seed, long wanted, Path scratch, FuzzSetting setting, Time time, Consumer<String> progress) {
        this.seed = seed;
        this.wanted = wanted;
        this.scratch = scratch;
        this.setting = setting;
        this.time = time;
        this.progress = progress;
    }

    FuzzReport run() throws IOException, InterruptedException {
        Map<Path, byte[]> template = Template.files();
        ExecutorService threads = Executors.newFixedThreadPool(lanes, body -> {
            Thread made = new Thread(body, "fuzz");
            made.setDaemon(true);
            return made;
        });
        try {
            for (long said = 0; total < wanted; rounds++) {
                begin(threads, template);
                Optional<FuzzReport> failed = ended(begun.remove());
                if (failed.isPresent()) return failed.get();
                // What the virtual machine opens for itself, it has opened by now.
                if (mustCountOpenFiles() && begun.isEmpty()) {
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
            threads.shutdown();
            threads.awaitTermination(setting.longestRound().toNanos(), TimeUnit.NANOSECONDS);
            for (Begun left : begun) remove(left.folder());
        }
    }

    private boolean mustCountOpenFiles() {
        return open < 0 && total * 4 >= wanted;
    }

    /** A round that runs; it tells how long it took, in milliseconds. */
    private record Begun(Round round, Path folder, long seed, long nanos, boolean onDisk, Future<Long> end) {}

    /**
     * Begins as many rounds as may run at once, but none that would not have its turn if each waited for the one before:
     * what a seed makes does not depend on the machine. Open files are counted when none runs.
     */
    private void begin(ExecutorService threads, Map<Path, byte[]> template) throws IOException {
        while (begun.isEmpty()
                || (begun.size() < lanes && !mustCountOpenFiles() && total + MOST_DOCUMENTS * begun.size() < wanted)) {
            long roundSeed = seed + rounds + begun.size();
            Path folder = Files.createDirectories(scratch.resolve("round-" + roundSeed));
            RandomGenerator random = new SplittableRandom(roundSeed);
            int dice = random.nextInt(100);
            boolean real = Math.floorMod(roundSeed, ON_DISK) == 0 && dice < WITH_A_QUEUE;
            Round round = made(random, dice, real, folder, template);
            long now = time.nanos();
            Future<Long> end = threads.submit(() -> {
                round.run();
                return (time.nanos() - now) / 1_000_000;
            });
            begun.add(new Begun(round, folder, roundSeed, now, real, end));
        }
    }

    private Optional<FuzzReport> ended(Begun one) throws IOException, InterruptedException {
        long left = setting.longestRound().toNanos() - (time.nanos() - one.nanos());
        try {
            slowest = Math.max(slowest, one.end().get(Math.max(0, left), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.of(
                    failed(one, "takes longer than " + setting.longestRound().toMillis() + " ms"));
        } catch (ExecutionException e) {
            return Optional.of(failed(one, stackOf(e.getCause())));
        }
        refused += one.round().refused();
        onDisk += one.onDisk() ? 1 : 0;
        count(one.round());
        remove(one.folder());
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

    private Round made(RandomGenerator random, int dice, boolean real, Path folder, Map<Path, byte[]> template)
            throws IOException {
        SteppedTime clocks = SteppedTime.create();
        Disk disk = real ? Disk.local() : setting.memory().apply(clocks);
        Path root = real ? folder.resolve("queue") : Template.ROOT;
        if (dice < 50) return new TaskRound(new FuzzWorld(disk, clocks, random, root), random, real);
        if (dice < 82) return new ControlRound(new FuzzWorld(disk, clocks, random, root), template, random, real);
        if (dice < WITH_A_QUEUE) return new BeatRound(new FuzzWorld(disk, clocks, random, root), random);
        return dice < 95 ? new SettingsRound(folder, random) : new LineRound(setting.lines(), random);
    }

    private FuzzReport failed(Begun one, String why) throws IOException {
        count(one.round());
        rounds++;
        int number = 0;
        for (Document document : one.round().documents())
            Files.write(one.folder().resolve(keptAs(number++, document)), document.content());
        String text = "the round of seed " + one.seed() + " failed (run it alone: --fuzz 1 --seed " + one.seed() + "): "
                + why;
        return report(0, Optional.of(text), Optional.of(one.folder()));
    }

    /** Its own name may be as long as a name may be. */
    private static String keptAs(int number, Document document) {
        String name = String.valueOf(document.place().getFileName());
        return "document-" + number + "-" + name.substring(0, Math.min(name.length(), LONGEST_KEPT));
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
