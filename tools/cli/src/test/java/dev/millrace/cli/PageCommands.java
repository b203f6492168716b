package dev.millrace.cli;

import dev.millrace.time.Time;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Answers {@code ./millrace}, {@code javac} and {@code java FILE.java} of a page in this process: starting a virtual
 * machine for each is nearly all of the time that a page takes. In the place of each stands a script that writes down its
 * command line, asks here, and does what the answer, a piece of shell, tells it. What is run is the same: the program,
 * with the arguments, variables, folder and home of the page; the compiler; and, as a process of its own, the compiled
 * file. That the scripts of the tree start the program is seen where a page is followed without this.
 */
final class PageCommands implements AutoCloseable {
    private static final String CALLS = "PAGE_COMMANDS";
    private static final String END = "end";
    private static final String STUB = """
            #!/bin/sh
            call=$PAGE_COMMANDS/$$
            printf '%s\\0' "$PWD" "$0" "$@" >"$call.line"
            mkfifo "$call.answer"
            echo $$ >"$PAGE_COMMANDS/asked"
            . "$call.answer"
            """;

    private final Path root;
    private final Path calls;
    private final Map<String, String> variables;
    private final RandomAccessFile asked;

    private PageCommands(Path root, Path calls, Map<String, String> variables) throws IOException {
        this.root = root;
        this.calls = calls;
        this.variables = variables;
        // Open for both, so that it neither waits for somebody to write nor ends when nobody does.
        asked = new RandomAccessFile(calls.resolve("asked").toFile(), "rw");
    }

    /** In a copy of the tree, whose commands see these variables and some more. */
    static PageCommands in(Path root, Map<String, String> variables) throws IOException, InterruptedException {
        Tree.giveToWorkers();
        Path calls = Files.createDirectory(root.resolve("calls"));
        Path programs = Files.createDirectory(calls.resolve("bin"));
        for (Path place : List.of(root.resolve("millrace"), programs.resolve("javac"), programs.resolve("java"))) {
            Files.writeString(place, STUB);
            if (!place.toFile().setExecutable(true)) throw new IOException("cannot make it executable: " + place);
        }
        new ProcessBuilder("mkfifo", calls.resolve("asked").toString()).start().waitFor();
        Map<String, String> all = new HashMap<>(variables);
        all.put(CALLS, calls.toString());
        all.put("PATH", programs + ":" + variables.get("PATH"));
        PageCommands made = new PageCommands(root, calls, Map.copyOf(all));
        new Thread(made::listen, "page-commands").start();
        return made;
    }

    Map<String, String> variables() {
        return variables;
    }

    /** A command may take its time, so each has a thread. */
    private void listen() {
        try (asked) {
            String call = asked.readLine();
            while (call != null && !call.equals(END)) {
                begin(call);
                call = asked.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(String call) {
        Thread thread = new Thread(() -> answer(call), "page-command-" + call);
        thread.setDaemon(true);
        thread.start();
    }

    private void answer(String call) {
        String shell;
        try {
            String[] line = Files.readString(calls.resolve(call + ".line")).split("\0", -1);
            List<String> arguments = List.of(line).subList(2, line.length - 1);
            shell = run(new Call(calls.resolve(call), Path.of(line[0]), line[1], arguments));
        } catch (IOException | RuntimeException e) {
            shell = "echo " + quoted(e.toString()) + "; exit 99\n";
        }
        // Opening it waits until the script is there to read.
        try (OutputStream answer = Files.newOutputStream(calls.resolve(call + ".answer"))) {
            answer.write(shell.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            // so is the script, killed by whoever asked
        }
    }

    /**
     * A command that somebody wants to be run.
     *
     * @param place the name of files about it
     * @param folder the working folder
     * @param program as it was called
     */
    private record Call(Path place, Path folder, String program, List<String> arguments) {
        Path file(String ending) {
            return place.resolveSibling(place.getFileName() + ending);
        }
    }

    private String run(Call call) throws IOException {
        return switch (String.valueOf(Path.of(call.program()).getFileName())) {
            case "millrace" -> millrace(call);
            case "javac" -> javac(call, call.arguments());
            default -> java(call);
        };
    }

    private String millrace(Call call) throws IOException {
        Printed printed = new Printed();
        Map<String, String> all = new HashMap<>(variables);
        all.put("MILLRACE_COMMAND", call.program());
        Shell shell = new Shell(
                InputStream.nullInputStream(),
                printed.stream(""),
                printed.stream(" >&2"),
                Terminal.none(),
                all,
                call.folder(),
                root.resolve("home"),
                new Interruption(Time.system()));
        return printed.shownBy(call, new Millrace(shell).run(call.arguments()));
    }

    /** Its arguments are options, and files below the working folder, which this process cannot change. */
    private static String javac(Call call, List<String> arguments) throws IOException {
        List<String> absolute = new ArrayList<>();
        for (String argument : arguments)
            absolute.add(argument.startsWith("-") ? argument : expanded(call.folder(), argument));
        Printed printed = new Printed();
        PrintStream err = printed.stream(" >&2");
        int code = ToolProvider.getSystemJavaCompiler().run(null, err, err, absolute.toArray(new String[0]));
        err.flush();
        return printed.shownBy(call, code);
    }

    /** All jars of a folder for {@code FOLDER/*}, as those who start the compiler have it, else one file. */
    private static String expanded(Path folder, String argument) throws IOException {
        if (!argument.endsWith("/*")) return folder.resolve(argument).toString();
        Path all = folder.resolve(argument.substring(0, argument.length() - 2));
        try (Stream<Path> jars = Files.list(all)) {
            return jars.map(Path::toString).filter(jar -> jar.endsWith(".jar")).collect(Collectors.joining(":"));
        }
    }

    /**
     * Compiles with the class path that is asked for, and runs with the same libraries in the order in which their
     * archive knows them.
     */
    private static String java(Call call) throws IOException {
        List<String> arguments = call.arguments();
        if (arguments.size() != 3 || !arguments.get(2).endsWith(".java"))
            throw new IllegalArgumentException("only 'java -cp PATH FILE.java' is known here, not " + arguments);
        Path classes = Files.createDirectories(call.file(".classes"));
        List<String> compiler = new ArrayList<>(List.of("-d", classes.toString()));
        compiler.addAll(arguments);
        String compiled = javac(call, compiler);
        if (!compiled.endsWith("exit 0\n")) return compiled;
        String file = String.valueOf(Path.of(arguments.get(2)).getFileName());
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(Tree.javaOptions(classes));
        line.add(file.substring(0, file.length() - ".java".length()));
        return "exec " + line.stream().map(PageCommands::quoted).collect(Collectors.joining(" ")) + "\n";
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** What a program prints to both streams, in the order in which it reaches them. */
    private static final class Printed {
        private record Piece(String to, ByteArrayOutputStream bytes) {}

        private final List<Piece> pieces = new ArrayList<>();

        PrintStream stream(String to) {
            OutputStream piecewise = new OutputStream() {
                @Override
                public void write(int one) {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    ByteArrayOutputStream copy = new ByteArrayOutputStream(length);
                    copy.write(bytes, from, length);
                    pieces.add(new Piece(to, copy));
                }
            };
            return new PrintStream(new BufferedOutputStream(piecewise), false, StandardCharsets.UTF_8);
        }

        String shownBy(Call call, int code) throws IOException {
            StringBuilder shell = new StringBuilder();
            for (int i = 0; i < pieces.size(); i++) {
                Path file =
                        Files.write(call.file("." + i), pieces.get(i).bytes().toByteArray());
                shell.append("cat ")
                        .append(quoted(file.toString()))
                        .append(pieces.get(i).to())
                        .append('\n');
            }
            return shell.append("exit ").append(code).append('\n').toString();
        }
    }

    @Override
    public void close() throws IOException {
        asked.writeBytes(END + "\n");
    }
}
