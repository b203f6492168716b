package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who breaks off the soak finds the machine as it was. */
class SoakInterruptTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private List<String> others(Process soak) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != soak.pid())
                .map(SoakInterruptTest::commandLine)
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

    @Test
    void an_interrupt_ends_workers_and_submitters_and_removes_the_folder() throws Exception {
        Path runs = folder.resolve("runs");
        // A build that runs in the background ignores SIGINT, and so would the soak without env.
        Process soak = new ProcessBuilder(
                        "/usr/bin/env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakMain.class.getName(),
                        "--workers=2",
                        "--submitters=1",
                        "--faults=stop",
                        "--minutes=5",
                        "--folder=" + runs)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try {
            await().atMost(LONG)
                    .until(() -> others(soak).stream().anyMatch(line -> line.contains("SoakWorkerMain"))
                            && others(soak).stream().anyMatch(line -> line.contains("SubmitterMain")));
            new ProcessBuilder("kill", "-INT", Long.toString(soak.pid()))
                    .start()
                    .waitFor();
            assertThat(soak.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(others(soak)).isEmpty();
            try (Stream<Path> left = Files.list(runs)) {
                assertThat(left).isEmpty();
            }
        } finally {
            soak.destroyForcibly();
        }
    }
}
