package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in a virtual machine of its own, which says when it is ready and waits until it may go. */
public record TestProcess(Process process, BufferedReader output) implements AutoCloseable {
    public static TestProcess of(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new TestProcess(
                process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    public String line() throws IOException {
        return output.readLine();
    }

    public void go() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** What it says before it ends. */
    public String lastLine() throws Exception {
        String line = output.readLine();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return line;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
