package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service knows of itself cannot be written, or not be removed, just once. */
class RecordTroubleTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();
    private static final Pattern A_PROCESS = Pattern.compile("\"pid\": ?[1-9]");

    @TempDir
    Path home;

    private final AtomicInteger strikes = new AtomicInteger();

    /** Says whether this operation is to fail. */
    private interface Which {
        boolean fails(String method, Object[] arguments);
    }

    /** Fails the first operation of this sort. */
    private ServicePorts failingOnce(Which which) {
        Disk real = Disk.local();
        Disk disk = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    boolean ours = method.getDeclaringClass() == Disk.class;
                    if (ours && which.fails(method.getName(), arguments) && strikes.getAndIncrement() == 0)
                        throw new FileSystemException(String.valueOf(arguments[0]), null, "Input/output error");
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return ServicePorts.system().withDisk(disk);
    }

    private static boolean removesRecord(String method, Object[] arguments) {
        return method.equals("delete") && arguments[0].toString().endsWith("service_record.json");
    }

    /** What is written down after a launch names the process; what is written before it does not. */
    private static boolean writesWhatWasLaunched(String method, Object[] arguments) {
        return method.equals("replace")
                && arguments[0].toString().endsWith("restarts.json")
                && A_PROCESS
                        .matcher(new String((byte[]) arguments[1], StandardCharsets.UTF_8))
                        .find();
    }

    @Test
    void a_record_that_cannot_be_removed_keeps_the_service_held_and_the_next_stop_ends_it() throws Exception {
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = Service.open(app.env, failingOnce(RecordTroubleTest::removesRecord))) {
            service.serve(Action.START, TestApp.workers(1));
            assertThatThrownBy(() -> service.serve(Action.STOP, NOTHING))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("service_record.json")
                    .hasMessageContaining("Input/output error");
            ServeReport look = service.serve(Action.STATUS, NOTHING);
            assertThat(look.status()).isEqualTo("error");
            assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
            assertThat(look.message()).contains("millrace stop");
            assertThatThrownBy(() -> service.serve(Action.START, TestApp.workers(1)))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("stop");
            ServeReport stopped = service.serve(Action.STOP, NOTHING);
            assertThat(stopped.status()).isEqualTo("stopped");
            assertThat(stopped.has(ServeReport.Flag.RUNTIME_CLEANUP_RETRY)).isTrue();
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
        }
    }

    @Test
    void a_start_that_cannot_write_down_what_it_launched_ends_it() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = Service.open(app.env, failingOnce(RecordTroubleTest::writesWhatWasLaunched))) {
            assertThatThrownBy(() -> service.serve(Action.START, TestApp.workers(1)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("restarts.json");
            assertThat(app.processes()).as("nobody would know of it").isEmpty();
            assertThat(service.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
            assertThat(service.serve(Action.START, TestApp.workers(1)).status()).isEqualTo("running");
        }
    }

    @Test
    void a_restart_that_cannot_be_written_down_is_undone_told_and_tried_again() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service starter = app.open();
                Service service = Service.open(
                        app.env,
                        failingOnce((method, arguments) ->
                                !app.processes().isEmpty() && writesWhatWasLaunched(method, arguments)))) {
            starter.serve(Action.START, TestApp.workers(1));
            app.processes().forEach(ProcessHandle::destroyForcibly);
            await().atMost(SOON).until(() -> app.processes().isEmpty());
            ServeReport look = service.serve(Action.STATUS, NOTHING);
            assertThat(strikes).hasValueGreaterThan(0);
            assertThat(look.launchErrors().get("127.0.0.1:1")).contains("Input/output error");
            assertThat(look.restarted()).isEmpty();
            assertThat(app.processes()).as("nobody would know of it").isEmpty();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    service.serve(Action.STATUS, NOTHING).status())
                            .isEqualTo("running"));
            assertThat(service.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(app.processes()).hasSize(1);
        }
    }
}
