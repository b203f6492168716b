package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who breaks off the bench finds the machine as it was. */
class InterruptTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Path runs() {
        return folder.resolve("runs");
    }

    private Process start(String... words) throws IOException {
        // A build that runs in the background ignores SIGINT, and so would the bench without env.
        ProcessBuilder builder = new ProcessBuilder(
                        "/usr/bin/env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.command().addAll(List.of(words));
        builder.command().addAll(List.of("--folder", runs().toString(), "--json", folder + "/bench.json"));
        Process bench = builder.start();
        started.add(bench);
        return bench;
    }

    /** Everything that runs for this test, but for the bench itself. */
    private List<String> others() {
        return ProcessHandle.allProcesses()
                .filter(process -> started.stream().noneMatch(bench -> bench.pid() == process.pid()))
                .map(InterruptTest::commandLine)
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private static void interrupt(Process bench) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(bench.pid())).start().waitFor();
        assertThat(bench.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_interrupt_ends_the_workers_and_removes_the_folders() throws Exception {
        Process bench = start("idle", "--rounds", "1", "--tasks", "25", "--idle-seconds", "300");
        await().atMost(LONG).until(() -> others().stream().anyMatch(line -> line.contains("WorkerMain")));

        interrupt(bench);

        assertThat(others()).isEmpty();
        try (Stream<Path> left = Files.list(runs())) {
            assertThat(left).isEmpty();
        }
    }
}
