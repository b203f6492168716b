package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.queue.QueueFolderException;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A share that no service can work in: each action names it and says what to do, and leaves it as it was. */
@Order(1)
@Tag("once")
class BadSharesTest {
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    private TestApp app;
    private Path share;
    private Path queue;

    @BeforeEach
    void make() throws IOException {
        app = TestApp.in(home, "launcher = \"in-process\"");
        share = home.resolve("share");
        queue = app.env.defaultQueueFolder();
    }

    private interface Work {
        void with(Service service) throws Exception;
    }

    private void open(Work work) throws Exception {
        try (Service service = app.open()) {
            work.with(service);
        }
    }

    private AbstractThrowableAssert<?, ?> refused(Action action) throws Exception {
        try (Service service = app.open()) {
            return assertThatThrownBy(() -> service.serve(action, TestApp.workers(1)));
        }
    }

    /** A life with one task that ran and one that waits. */
    private void live() throws Exception {
        open(service -> {
            service.serve(Action.START, TestApp.workers(1));
            service.submit(Task.of("echo").id("ran")).await(java.time.Duration.ofSeconds(20));
            service.submit(Task.of("echo")
                    .id("waits")
                    .notBefore(java.time.Instant.now().plusSeconds(3600)));
            service.serve(Action.STOP, NOTHING);
        });
    }

    private void expectNothingLost() throws Exception {
        open(service -> {
            assertThat(service.queue().counts().of(TaskState.DONE)).isEqualTo(1);
            assertThat(service.queue().counts().of(TaskState.SCHEDULED)).isEqualTo(1);
            assertThat(service.serve(Action.START, TestApp.workers(1)).status()).isEqualTo("running");
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        });
    }

    private void expectIdleToWhoeverLooks() throws Exception {
        open(service -> {
            for (Action look : new Action[] {Action.STATUS, Action.HEALTH}) {
                assertThat(service.serve(look, NOTHING).status()).isEqualTo("idle");
                assertThat(service.serve(look, NOTHING.withObserve(true)).status())
                        .isEqualTo("idle");
            }
            assertThatThrownBy(() -> service.submit(Task.of("echo"))).isInstanceOf(ServiceException.NotRunning.class);
        });
    }

    @Test
    void a_read_only_share_is_named_by_start_and_stop_and_may_be_looked_at() throws Exception {
        try (TestMount mount = TestMount.at(share, "ro", "size=8m")) {
            for (Action action : new Action[] {Action.START, Action.STOP})
                refused(action)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(share.toString())
                        .hasMessageContaining("Read-only file system");
            expectIdleToWhoeverLooks();
            mount.makeWritable();
            live();
            expectNothingLost();
        }
    }

    @Test
    void a_full_share_is_named_by_start_which_takes_back_what_it_began() throws Exception {
        try (TestMount mount = TestMount.at(share, "size=1m")) {
            live();
            mount.fill();
            refused(Action.START)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(share.toString())
                    .hasMessageContaining("No space left on device");
            expectIdleToWhoeverLooks();
            mount.free();
            expectNothingLost();
        }
    }

    @Test
    void a_share_that_is_not_there_is_made_for_its_owner_alone() throws Exception {
        expectIdleToWhoeverLooks();
        live();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(queue)))
                .isEqualTo("rwx------");
        expectNothingLost();
    }

    @Test
    void a_share_that_cannot_be_made_is_named() throws Exception {
        Files.writeString(share, "no folder");
        for (Action action : new Action[] {Action.START, Action.STOP})
            refused(action).isInstanceOf(IOException.class).hasMessageContaining(share.toString());
        for (Action look : new Action[] {Action.STATUS, Action.HEALTH})
            open(service -> {
                var report = service.serve(look, NOTHING);
                assertThat(report.status()).isEqualTo("error");
                assertThat(report.message()).contains(share.toString(), "is the share there");
            });
        open(service -> assertThatThrownBy(() -> service.submit(Task.of("echo")))
                .isInstanceOf(ServiceException.OwnershipUnknown.class)
                .hasMessageContaining(share.toString())
                .hasMessageContaining("is the share there"));
        assertThat(share).hasContent("no folder");
        Files.delete(share);
        live();
        expectNothingLost();
    }

    @Test
    void a_folder_of_the_queue_on_another_file_system_is_refused_before_the_first_task() throws Exception {
        live();
        try (TestMount other = TestMount.at(queue.resolve("cancelled"), "size=1m")) {
            assertThat(other).isNotNull();
            refused(Action.START)
                    .isInstanceOf(QueueFolderException.class)
                    .hasMessageContaining(queue.toString())
                    .hasMessageContaining("one file system");
            expectIdleToWhoeverLooks();
        }
        expectNothingLost();
    }

    @Test
    void a_queue_that_others_may_write_is_refused_unless_that_is_meant() throws Exception {
        live();
        for (Path folder : new Path[] {queue, queue.resolve("pending"), queue.resolve("control")}) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
            refused(Action.START)
                    .isInstanceOf(QueueFolderException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("chmod go-w")
                    .hasMessageContaining("shared = true");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        expectIdleToWhoeverLooks();
        expectNothingLost();
        Files.setPosixFilePermissions(queue, PosixFilePermissions.fromString("rwxrwx---"));
        app = TestApp.in(home, "launcher = \"in-process\"", "shared = true");
        expectNothingLost();
    }

    @Test
    void a_queue_or_a_folder_of_it_that_is_a_link_is_refused() throws Exception {
        live();
        for (Path folder : new Path[] {queue.resolve("done"), queue}) {
            Path real = Files.move(folder, home.resolve("moved-" + folder.getFileName()));
            Files.createSymbolicLink(folder, real);
            refused(Action.START)
                    .isInstanceOf(QueueFolderException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("symbolic link")
                    .hasMessageContaining("remove the link");
            Files.delete(folder);
            Files.move(real, folder);
        }
        expectNothingLost();
    }

    @Test
    void folders_that_agilab_does_not_make_may_be_missing_until_the_next_start() throws Exception {
        live();
        for (String name : List.of("control", "logs", "cancelled", "heartbeats")) remove(queue.resolve(name));
        expectIdleToWhoeverLooks();
        expectNothingLost();
        assertThat(app.names(queue)).contains("control", "logs", "cancelled", "heartbeats");
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }

    @Test
    void a_record_that_is_a_link_is_not_followed() throws Exception {
        Path record = app.env.serviceFolder().resolve("service_record.json");
        Files.createDirectories(record.getParent());
        Path elsewhere = Files.writeString(home.resolve("elsewhere.json"), "{}");
        Files.createSymbolicLink(record, elsewhere);
        refused(Action.START)
                .isInstanceOf(ServiceException.OwnershipUnknown.class)
                .hasMessageContaining(record.toString())
                .hasMessageContaining("millrace stop");
        open(service -> {
            ServeReport nobodyFound = service.serve(Action.STOP, NOTHING);
            assertThat(nobodyFound.status()).isEqualTo("error");
            assertThat(nobodyFound.message()).contains(record.toString(), "remove the record");
        });
        Files.delete(record);
        live();
        expectNothingLost();
        assertThat(elsewhere).hasContent("{}");
    }
}
