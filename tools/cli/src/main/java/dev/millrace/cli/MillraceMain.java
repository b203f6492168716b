package dev.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where the program starts. */
final class MillraceMain {
    private MillraceMain() {}

    public static void main(String[] args) {
        // Standard error is for what went wrong with the command; a library has nothing to add to it.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("millrace.log.level", "WARN");
        Interruption interruption = Interruption.ofProcess();
        int code = new Millrace(shell(System.getenv(), interruption)).run(List.of(args));
        interruption.finished();
        System.exit(code);
    }

    private static Shell shell(Map<String, String> variables, Interruption interruption) {
        String home = variables.getOrDefault("HOME", "");
        return new Shell(
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Terminal.ofSystem(variables),
                variables,
                Path.of("").toAbsolutePath(),
                Path.of(home.isBlank() ? System.getProperty("user.home", ".") : home)
                        .toAbsolutePath(),
                interruption);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }
}
