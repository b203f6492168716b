package dev.millrace.bench;

import dev.millrace.json.Json;
import dev.millrace.liveness.Processes;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the tool starts. */
final class BenchMain {
    private static final int FAILED = 1;
    private static final int BAD_COMMAND_LINE = 64;

    private BenchMain() {}

    public static void main(String[] args) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        Ending ending = Ending.interrupting(Thread.currentThread());
        int code = run(List.of(args), out, err);
        out.flush();
        err.flush();
        ending.over();
        System.exit(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }

    /** Runs a command line and answers with the exit code. */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        CommandLineReader reader =
                new CommandLineReader(Path.of("").toAbsolutePath(), Path.of(System.getProperty("java.io.tmpdir", ".")));
        try {
            Optional<BenchOptions> options = reader.read(args);
            if (options.isPresent()) return bench(options.get(), out, err);
            out.print(reader.help());
            return 0;
        } catch (BadCommandLineException e) {
            err.println("millrace bench: " + e.getMessage() + "; see --help");
            return BAD_COMMAND_LINE;
        } catch (IOException e) {
            err.println("millrace bench: " + e);
            return FAILED;
        }
    }

    private static int bench(BenchOptions options, PrintStream out, PrintStream err) throws IOException {
        Optional<Path> home = Optional.ofNullable(System.getenv("MILLRACE_HOME"))
                .filter(text -> !text.isBlank())
                .map(Path::of);
        try (Bench bench = Bench.in(options, Plan.of(options, home), Processes.local(), err)) {
            Report report = bench.run();
            tell(report, options.json(), out);
            return report.isWhole() ? 0 : FAILED;
        }
    }

    /** Before the folders are removed, which can take longer than it took to measure. */
    private static void tell(Report report, Path json, PrintStream out) throws IOException {
        Path folder = json.getParent();
        if (folder != null) Files.createDirectories(folder);
        Files.write(json, Json.indented(report.toJson()));
        out.print(ReportText.of(report));
        out.println("figures: " + json);
        out.flush();
    }
}
