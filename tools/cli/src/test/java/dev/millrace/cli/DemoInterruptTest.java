package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A demo that is interrupted, terminated or killed. */
@Tag("once")
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class DemoInterruptTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** When to interrupt. */
    enum Moment {
        AT_FIRST_WORDS,
        WHEN_THE_RECORD_IS_WRITTEN,
        WHEN_A_WORKER_EXISTS,
        WHEN_A_WORKER_BEATS,
        WHEN_ALL_ARE_STARTED,
        WHILE_TASKS_RUN,
        WHEN_A_TASK_IS_DONE,
        WHILE_IT_STOPS;

        boolean hasCome(Cli cli, RunningProgram demo) throws IOException {
            Path service = DemoWorld.service(cli);
            return !demo.process.isAlive()
                    || switch (this) {
                        case AT_FIRST_WORDS -> demo.out().contains("starting the workers");
                        case WHEN_THE_RECORD_IS_WRITTEN -> Files.exists(service.resolve("service_record.json"));
                        case WHEN_A_WORKER_EXISTS ->
                            !LiveProcesses.naming(service).isEmpty();
                        case WHEN_A_WORKER_BEATS -> has(service.resolve("queue/heartbeats"));
                        case WHEN_ALL_ARE_STARTED -> demo.out().contains("2 workers running");
                        case WHILE_TASKS_RUN -> has(service.resolve("queue/running"));
                        case WHEN_A_TASK_IS_DONE -> has(service.resolve("queue/done"));
                        case WHILE_IT_STOPS ->
                            Files.exists(service.resolve("service_record.json"))
                                    && Files.readString(service.resolve("service_record.json"))
                                            .contains("\"stopping\"");
                    };
        }

        private static boolean has(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) return false;
            try (Stream<Path> entries = Files.list(folder)) {
                return entries.anyMatch(entry -> entry.toString().endsWith(".json"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void one_interrupt_at_any_moment_leaves_no_process(Moment moment) throws Exception {
        Cli cli = DemoWorld.in(folder);
        boolean holds = moment == Moment.WHILE_TASKS_RUN;
        if (holds) Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> moment.hasCome(cli, demo));
            demo.signal("INT");
            int code = demo.exitCode();
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            // What comes late, such as the end of a stop that took no time, may find the demo at its own end.
            if (moment.compareTo(Moment.WHILE_TASKS_RUN) <= 0)
                assertThat(code).as("%s%s", demo.out(), demo.err()).isEqualTo(ExitCode.INTERRUPTED.code());
            if (code != 0) assertThat(demo.err()).contains("millrace: interrupted");
            assertThat(DemoWorld.service(cli).resolve("service_record.json")).doesNotExist();
        }
    }

    @Test
    void a_terminated_demo_cleans_up_too() throws Exception {
        Cli cli = DemoWorld.in(folder);
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            await().atMost(SOON).until(() -> Moment.WHILE_TASKS_RUN.hasCome(cli, demo));
            demo.signal("TERM");
            assertThat(demo.exitCode()).isEqualTo(143);
            assertThat(LiveProcesses.naming(cli.share())).isEmpty();
            assertThat(demo.out()).contains("stopping the workers", "no process is left");
        }
    }

    @Test
    void a_killed_demo_can_be_stopped_by_hand() throws Exception {
        Cli cli = DemoWorld.in(folder);
        Files.createFile(folder.resolve("apps/mycode/hold"));
        try (RunningProgram demo = DemoWorld.demo(cli)) {
            await().atMost(SOON).until(() -> Moment.WHILE_TASKS_RUN.hasCome(cli, demo));
            demo.process.destroyForcibly().waitFor();
        }
        cli.run("stop", "--app", "mycode", "--force", "--stop-timeout", "0.5").expect(ExitCode.OK);
        assertThat(LiveProcesses.naming(cli.share())).isEmpty();
    }
}
