package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop on a disk that takes no more bytes: workers cannot be told to end, but they can be ended. */
class FullDiskStopTest {
    private static final Set<String> WRITES = Set.of("create", "append", "writeAt");
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private static Disk fullDisk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (WRITES.contains(method.getName()))
                        throw new FileSystemException(String.valueOf(arguments[0]), null, "No space left on device");
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(Disk.local(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void a_stop_by_force_kills_what_it_cannot_tell_to_end_and_says_so() throws Exception {
        List<Event> events = new CopyOnWriteArrayList<>();
        try (TestApp app = TestApp.in(home);
                Service service = app.open();
                Service onFullDisk = Service.open(
                        app.env, ServicePorts.system().withDisk(fullDisk()).withEvents(events::add))) {
            service.serve(Action.START, TestApp.workers(2));
            assertThatThrownBy(() -> onFullDisk.serve(Action.STOP, NOTHING))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("stop --force");
            assertThat(app.processes()).hasSize(2);
            ServeReport stopped = onFullDisk.serve(Action.STOP, NOTHING.withForce(true));
            assertThat(app.processes()).isEmpty();
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.workers()).hasSize(2);
            assertThat(stopped.message()).contains("could not be told", "No space left");
            assertThat(stopped.healthPath()).isEmpty();
            assertThat(events).anyMatch(event -> event.describe().contains("health document"));
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
        }
    }

    @Test
    void a_stop_by_force_still_waits_for_workers_that_were_told() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            ServeReport stopped =
                    service.serve(Action.STOP, NOTHING.withForce(true).withStopTimeout(Duration.ofSeconds(20)));
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.message()).isEmpty();
            assertThat(app.beats().get("127.0.0.1:1").state().word()).isEqualTo("stopped");
        }
    }
}
