package dev.millrace.soak;

import dev.millrace.json.Json;
import dev.millrace.soak.fuzz.Fuzz;
import dev.millrace.soak.fuzz.FuzzReport;
import dev.millrace.testkit.WorldOptions;
import dev.millrace.testkit.WorldReport;
import dev.millrace.testkit.Worlds;
import dev.millrace.time.Time;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Where the tool starts. */
final class SoakMain {
    private static final long WORLDS_AT_ONCE = 5_000;
    private static final int FAILED = 1;
    private static final int BAD_COMMAND_LINE = 64;

    private SoakMain() {}

    public static void main(String[] args) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        Ending ending = Ending.interrupting(Thread.currentThread());
        int code = FAILED;
        try {
            code = run(List.of(args), out, err);
        } finally {
            out.flush();
            err.flush();
            ending.over();
        }
        System.exit(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }

    /** Runs a command line and answers with the exit code. */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        CommandLineReader reader = new CommandLineReader(
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("java.io.tmpdir", ".")).toAbsolutePath(),
                new SecureRandom());
        try {
            Optional<SoakOptions> options = reader.read(args);
            if (options.isPresent()) return run(options.get(), reader, out, err);
            out.print(reader.help());
            return 0;
        } catch (BadCommandLineException e) {
            err.println("millrace soak: " + e.getMessage() + "; see --help");
            return BAD_COMMAND_LINE;
        } catch (HungException e) {
            err.println("millrace soak: HUNG: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            err.println("millrace soak: broken off");
            return FAILED;
        } catch (IOException e) {
            err.println("millrace soak: " + e);
            return FAILED;
        }
    }

    private static int run(SoakOptions options, CommandLineReader reader, PrintStream out, PrintStream err)
            throws IOException, InterruptedException, HungException {
        if (options.fuzz().isPresent()) return fuzz(options, reader, out, err);
        if (options.seeds().isPresent()) return worlds(options.seeds().get(), out, err);
        return soak(options, out, err);
    }

    /**
     * Simulated worlds, a slice at a time, so that a long run says how far it is; the first failure ends it. Who breaks it off
     * is told what was found till then.
     */
    private static int worlds(SeedRange seeds, PrintStream out, PrintStream err) throws InterruptedException {
        WorldReport all = WorldReport.none();
        while (all.seeds() < seeds.count()
                && all.failed() == 0
                && !Thread.currentThread().isInterrupted()) {
            long slice = Math.min(WORLDS_AT_ONCE, seeds.count() - all.seeds());
            all = all.plus(Worlds.explore(seeds.from() + all.seeds(), slice, WorldOptions.defaults()));
            err.println(all.seeds() + " of " + seeds.count() + " worlds");
            err.flush();
        }
        out.println("commit " + Revision.ofThis());
        out.println(all.describe());
        all.first().ifPresent(failure -> out.println(failure.describe()));
        if (Thread.interrupted()) throw new InterruptedException();
        return all.failed() == 0 ? 0 : FAILED;
    }

    private static int fuzz(SoakOptions options, CommandLineReader reader, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        Files.createDirectories(options.folder());
        Path scratch = Files.createTempDirectory(options.folder(), "millrace-fuzz-");
        Progress progress = new Progress(Time.system(), err);
        progress.say("seed " + options.seed());
        FuzzReport report = Fuzz.run(
                options.seed(),
                options.fuzz().orElseThrow(),
                scratch,
                words -> understands(reader, words),
                Time.system(),
                progress::say);
        out.println("commit " + Revision.ofThis());
        report.toLines().forEach(out::println);
        if (report.isGood()) Folders.remove(scratch);
        return report.isGood() ? 0 : FAILED;
    }

    /** False when it refuses a command line in order. */
    static boolean understands(CommandLineReader reader, String[] words) {
        try {
            reader.read(List.of(words));
            return true;
        } catch (BadCommandLineException refused) {
            return false;
        }
    }

    private static int soak(SoakOptions options, PrintStream out, PrintStream err)
            throws IOException, InterruptedException, HungException {
        try (Soak soak = Soak.in(options, err)) {
            Report report = soak.run();
            out.print(ReportText.of(report));
            out.flush();
            if (options.json().isPresent()) write(options.json().get(), Json.indented(report.toJson()), out);
            return report.verdict().isGood() ? 0 : FAILED;
        }
    }

    private static void write(Path file, byte[] json, PrintStream out) throws IOException {
        Path folder = file.getParent();
        if (folder != null) Files.createDirectories(folder);
        Files.write(file, json);
        out.println("figures: " + file);
    }
}
