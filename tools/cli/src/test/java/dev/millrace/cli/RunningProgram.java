package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, started in a folder with apps. */
final class RunningProgram implements AutoCloseable {
    private static final Path ENV = Path.of("/usr/bin/env");

    /** Runs its arguments on a new terminal, and prints what they show there. */
    private static final String TERMINAL = """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp(sys.argv[1], sys.argv[1:])
            while True:
                try:
                    shown = os.read(terminal, 65536)
                except OSError:
                    break
                if not shown:
                    break
                sys.stdout.buffer.write(shown)
                sys.stdout.buffer.flush()
            status = os.waitpid(pid, 0)[1]
            sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
            """;

    final Process process;
    private final Path out;
    private final Path err;

    private RunningProgram(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static RunningProgram start(Cli cli, String... args) throws IOException {
        return start(cli, command(args), Map.of());
    }

    /** With further environment variables. */
    static RunningProgram startWith(Map<String, String> variables, Cli cli, String... args) throws IOException {
        return start(cli, command(args), variables);
    }

    /** On a pseudo terminal of this width; what it shows there comes with carriage returns and escapes. Needs python3. */
    static RunningProgram onTerminal(int columns, Cli cli, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", TERMINAL));
        command.addAll(command(args));
        return start(cli, command, Map.of("TERM", "xterm", "COLUMNS", Integer.toString(columns)));
    }

    private static RunningProgram start(Cli cli, List<String> command, Map<String, String> variables)
            throws IOException {
        Path out = Files.createTempFile(cli.folder, "out", ".txt");
        Path err = Files.createTempFile(cli.folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(cli.folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("HOME", cli.folder.resolve("home").toString());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("MILLRACE_") || name.equals("AGI_CLUSTER_SHARE"));
        builder.environment().putAll(variables);
        return new RunningProgram(builder.start(), out, err);
    }

    /** A build that runs in the background ignores SIGINT, and so would its children without env. */
    private static List<String> command(String... args) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(ENV)) command.addAll(List.of(ENV.toString(), "--default-signal=INT,TERM"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Tree.javaOptions());
        command.add(MillraceMain.class.getName());
        command.addAll(List.of(args));
        return command;
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** Sends it a signal, as Ctrl-C and others do. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("it has not ended within a minute");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
