package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two apps on one share. AGILAB's lease keeps all targets below one folder from each other; ours is each target's own. */
class TwoTargetsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private AppEnv sibling(TestApp app) throws IOException {
        Path folder = Files.createDirectories(home.resolve("apps/sibling_project"));
        Files.copy(app.env.settingsFile().orElseThrow(), folder.resolve("app_settings.toml"));
        return AppEnv.find(
                home.resolve("apps"),
                "sibling",
                new AppEnv.Environment(Map.of(), home, Optional.of(home.resolve("share"))));
    }

    @Test
    void an_operation_on_one_does_not_hold_up_those_on_the_other() throws Exception {
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service first = app.open();
                Service second = Service.open(sibling(app))) {
            assertThat(second.env().serviceFolder().getParent())
                    .isEqualTo(app.env.serviceFolder().getParent());
            first.serve(Action.START, TestApp.workers(1));
            Path lock = app.env.serviceFolder().resolve("operation.lock");
            try (Disk.DiskLock held = Disk.local().tryLock(lock).orElseThrow()) {
                assertThatThrownBy(() -> first.serve(Action.STOP, NOTHING)).isInstanceOf(ServiceException.Busy.class);
                assertThat(second.serve(Action.START, TestApp.workers(1)).status())
                        .isEqualTo("running");
                assertThat(second.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
                assertThat(second.serve(Action.STATUS, NOTHING).status()).isEqualTo("running");
                assertThat(second.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            }
            assertThat(first.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(first.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }
}
