package dev.millrace.soak;

import dev.millrace.liveness.Processes;
import dev.millrace.soak.Report.Times;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run from the first process to the verdict. Whatever happens, {@link #close} ends every process that was started and
 * takes the disk down.
 */
final class Soak implements AutoCloseable {
    /** Room for the files of one task, on a disk of its own. */
    private static final long BYTES_EACH = 10_000;

    private static final long LEAST_BYTES = 256 << 20;

    private final SoakOptions options;
    private final RunFolder run;
    private final Processes processes = Processes.local();
    private final Time time = Time.system();
    private final Progress progress;
    private final List<String> skipped = new ArrayList<>();
    private Optional<OwnDisk> disk = Optional.empty();
    private Optional<LockedFolders> folders = Optional.empty();
    private Optional<Subject> subject = Optional.empty();
    private boolean keep;

    private Soak(SoakOptions options, RunFolder run, PrintStream out) {
        this.options = options;
        this.run = run;
        this.progress = new Progress(time, out);
        this.keep = options.keep();
    }

    static Soak in(SoakOptions options, PrintStream out) throws IOException {
        Files.createDirectories(options.folder());
        RunFolder run = new RunFolder(
                Files.createTempDirectory(options.folder(), "millrace-soak-").toRealPath());
        run.make();
        Files.writeString(run.owner(), RunFolder.nameOf(Processes.local().self()));
        return new Soak(options, run, out);
    }

    /**
     * Runs it. When it fails in any way, the folder of the run stays.
     *
     * @throws HungException when it went no further
     */
    Report run() throws IOException, InterruptedException, HungException {
        try {
            return besieged();
        } catch (IOException | HungException | RuntimeException | Error e) {
            // An interrupt may come as any of these; who breaks off wants nothing to stay.
            if (!Thread.currentThread().isInterrupted()) keep = true;
            throw e;
        }
    }

    private Report besieged() throws IOException, InterruptedException, HungException {
        progress.say("seed " + options.seed() + ", " + run.root());
        Machine before = Machine.look();
        makeDisk();
        List<String> javaOptions = SharedClasses.rehearsed(run, run.root().resolve("classes.jsa"), time);
        Subject made = Subject.open(run, options.workers(), options.durability(), javaOptions);
        subject = Optional.of(made);
        findFolders(made);
        made.start();
        SplittableRandom random = new SplittableRandom(options.seed());
        Submitters submitters =
                new Submitters(run, processes, javaOptions, made.layout().root(), options, random.split());
        try (Strikes strikes = Strikes.of(run, processes, time)) {
            Siege siege = new Siege(options, run, made, submitters, strikes, disk, folders, random, time, progress);
            Times times = siege.run();
            made.stop();
            return judge(made, siege, strikes, times, before);
        }
    }

    private Report judge(Subject made, Siege siege, Strikes strikes, Times times, Machine before) throws IOException {
        progress.say("reading the ledger and the queue's folders");
        LedgerBook book = LedgerBook.read(run.ledger());
        TerminalRecords found = TerminalRecords.in(made.layout().root());
        Verdict verdict = Verdict.of(book, found, siege.witness());
        if (!verdict.isGood()) keep = true;
        return new Report(
                options,
                before,
                Machine.look(),
                disk.map(OwnDisk::kind).orElse("that of the folder"),
                times,
                strikes,
                verdict,
                found.byState(),
                book.fenced(),
                Recoveries.of(book),
                List.copyOf(skipped),
                verdict.isGood() ? Optional.empty() : Optional.of(run.root()));
    }

    private void makeDisk() throws IOException {
        if (!options.has(Fault.DISK)) return;
        try {
            long bytes = Math.max(LEAST_BYTES, options.tasks() * BYTES_EACH);
            disk = Optional.of(OwnDisk.at(run.disk(), run.root().resolve("image"), bytes, processes));
            progress.say("the queue lies on a disk of its own: " + disk.get().kind());
        } catch (IOException e) {
            skip("disk", String.valueOf(e.getMessage()));
        }
    }

    private void findFolders(Subject made) throws IOException {
        if (!options.has(Fault.READONLY)) return;
        String trouble = LockedFolders.trouble(processes, run.disk().resolve("tried"));
        if (trouble.isEmpty()) folders = Optional.of(new LockedFolders(processes, made.folders()));
        else skip("readonly", trouble);
    }

    private void skip(String fault, String why) {
        skipped.add(fault + ": " + why);
        progress.say("left out: " + fault + ", because " + why);
    }

    /** Ends what was started. Who breaks off the soak interrupts it; this is done nevertheless. */
    @Override
    public void close() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            if (folders.isPresent()) folders.get().unlock();
            int left = new Leftovers(run, processes, time).end();
            progress.say("ended " + left + " processes that were left");
        } catch (InterruptedException e) {
            interrupted = true;
        }
        subject.ifPresent(Subject::close);
        if (disk.isPresent()) keepOrDrop(disk.get());
        if (keep) progress.say("the run's folder stays: " + run.root());
        else Folders.remove(run.root());
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** What is on a disk of its own goes with it, so it is copied when it is to stay. */
    private void keepOrDrop(OwnDisk own) throws IOException {
        Path copy = run.root().resolve("disk-as-it-was");
        if (keep) Folders.copy(run.share(), copy);
        own.close();
    }
}
