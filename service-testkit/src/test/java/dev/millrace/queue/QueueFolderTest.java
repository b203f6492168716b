package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.event.EventSink;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue folder that cannot work is found out before the first task, and said so with the way out. */
class QueueFolderTest {
    @TempDir
    private Path folder;

    private final SteppedTime time = SteppedTime.create();

    private TaskQueue queue(Path root) {
        return queue(root, QueueOptions.defaults(), Disk.local());
    }

    private TaskQueue queue(Path root, QueueOptions options, Disk disk) {
        QueuePorts ports = new QueuePorts(disk, time, RandomGenerator.of("L64X128MixRandom"), EventSink.silent());
        return TaskQueue.inDirectory(new QueueLayout(root), options, ports);
    }

    private static void expectRefusal(TaskQueue queue, String... saying) {
        assertThatThrownBy(queue::prepare)
                .isInstanceOf(QueueFolderException.class)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(saying));
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void a_missing_folder_is_made_with_its_parents_for_its_owner_alone() throws IOException {
        Path root = folder.resolve("a/b/queue");
        queue(root).prepare();
        for (Path made : new QueueLayout(root).folders())
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
    }

    @Test
    void preparing_again_removes_and_leaves_nothing() throws IOException {
        TaskQueue queue = queue(folder.resolve("queue"));
        queue.prepare();
        queue.submit(Task.of("k").id("t"));
        List<Path> before = all();
        queue.prepare();
        queue(folder.resolve("queue")).prepare();
        assertThat(all()).isEqualTo(before);
    }

    private List<Path> all() throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.sorted().toList();
        }
    }

    @Test
    void many_may_prepare_one_folder_at_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < 64; i++)
            work.add(() -> {
                queue(folder.resolve("queue")).prepare();
                return true;
            });
        for (Future<Boolean> end : threads.invokeAll(work))
            assertThat(end.get()).isTrue();
        threads.shutdown();
        assertThat(all().stream().map(Path::toString)).noneMatch(name -> name.contains("probe"));
    }

    @Test
    void a_link_is_refused() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("queue"), real);
        expectRefusal(queue(link), link.toString(), "symbolic link", "remove the link");
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void a_link_in_place_of_a_subfolder_is_refused() throws IOException {
        Path root = folder.resolve("queue");
        queue(root).prepare();
        Files.delete(root.resolve("done"));
        Files.createSymbolicLink(root.resolve("done"), folder);
        expectRefusal(queue(root), root.resolve("done").toString(), "symbolic link");
    }

    @Test
    void a_file_in_its_place_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("queue"), "x");
        expectRefusal(queue(file), file.toString(), "not a folder");
        expectRefusal(queue(file.resolve("below")), "cannot be made");
    }

    @Test
    void a_folder_that_others_may_write_is_refused_unless_it_is_shared() throws IOException {
        Path root = Files.createDirectory(folder.resolve("queue"));
        for (String permissions : List.of("rwxrwxrwx", "rwxrwx---", "rwx----w-")) {
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(permissions));
            expectRefusal(queue(root), root.toString(), "chmod go-w", "shared = true");
        }
        queue(root, QueueOptions.defaults().withShared(true), Disk.local()).prepare();
    }

    @Test
    void a_full_disk_is_said() throws IOException {
        FaultyDisk disk = FaultyDisk.over(Disk.local());
        disk.fault(call -> call.is(Operation.CREATE_FOLDERS), Moment.BEFORE, DiskTrouble.noSpace());
        expectRefusal(queue(folder.resolve("queue"), QueueOptions.defaults(), disk), "No space left", "not full");
        queue(folder.resolve("queue")).prepare();
        FaultyDisk full = FaultyDisk.over(Disk.local());
        full.fault(call -> call.is(Operation.CREATE), Moment.BEFORE, DiskTrouble.noSpace());
        expectRefusal(queue(folder.resolve("queue"), QueueOptions.defaults(), full), "No space left", "not full");
    }

    @Test
    void a_read_only_folder_is_said() throws Exception {
        Path root = mounted("ro-queue", "size=1m");
        try {
            queue(root.resolve("queue")).prepare();
            assumeTrue(run("mount", "-o", "remount,ro", root.toString()), "cannot mount read-only here");
            expectRefusal(queue(root.resolve("queue")), "Read-only", "writable");
            expectRefusal(queue(root.resolve("other")), "cannot be made");
            TaskQueue queue = queue(root.resolve("queue"));
            assertThatThrownBy(() -> queue.submit(Task.of("k")))
                    .isInstanceOf(SubmitException.class)
                    .hasMessageContaining("read-only");
            assertThat(queue.counts().of(TaskState.PENDING)).isZero();
        } finally {
            run("umount", "-l", root.toString());
        }
    }

    private Path mounted(String name, String options) throws Exception {
        Path point = Files.createDirectory(folder.resolve(name));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options + ",mode=700", "none", point.toString()),
                "this user cannot mount a file system; run as root to see this test");
        return point;
    }

    @Test
    void a_subfolder_on_another_file_system_is_refused() throws Exception {
        Path root = folder.resolve("queue");
        queue(root).prepare();
        Files.delete(root.resolve("done"));
        Path done = mounted("queue/done", "size=1m");
        try {
            expectRefusal(queue(root), root.toString(), "one file system");
            try (var names = Files.list(root.resolve("control"))) {
                assertThat(names.map(Path::toString)).noneMatch(name -> name.contains("probe"));
            }
        } finally {
            run("umount", "-l", done.toString());
        }
    }

    /** A real file system that fills up: whatever was acknowledged is there, and work goes on when there is room again. */
    @Test
    void a_disk_that_fills_up_loses_nothing_that_was_acknowledged() throws Exception {
        Path point = mounted("small", "size=600k");
        try {
            TaskQueue queue = queue(point.resolve("queue"));
            queue.prepare();
            List<String> accepted = new ArrayList<>();
            Task task = Task.of("k").args(Map.of("text", "x".repeat(9_000)));
            for (boolean room = true; room; )
                try {
                    accepted.add(queue.submit(task).stem());
                } catch (SubmitException full) {
                    assertThat(full).hasMessageContaining("No space left");
                    room = false;
                }
            assertThat(accepted).hasSizeGreaterThan(10);
            assertThat(queue.counts().of(TaskState.PENDING)).isEqualTo(accepted.size());
            drainInTightSpace(queue, accepted);
        } finally {
            run("umount", "-l", point.toString());
        }
    }

    private void drainInTightSpace(TaskQueue queue, List<String> accepted) throws IOException {
        WorkerQueue worker = queue.join(Member.newLife(0, "w", RandomGenerator.of("L64X128MixRandom")));
        int refused = 0;
        for (int left = accepted.size(); left > 0; ) {
            time.advance(QueueWorld.POLL);
            Claim claim = worker.claim().orElseThrow();
            try {
                worker.settle(claim, QueueWorld.done("ok"));
                left--;
            } catch (IOException noRoomForTheOutcome) {
                refused++;
                assertThat(worker.stillHolds(claim)).isTrue();
                makeRoom(queue, accepted);
                worker.settle(claim, QueueWorld.done("ok"));
                left--;
            }
        }
        makeRoom(queue, accepted);
        worker.finishUnpublished();
        for (String stem : accepted)
            assertThat(queue.locate(stem).map(TaskView::state)).as(stem).contains(TaskState.DONE);
        assertThat(refused).isLessThanOrEqualTo(accepted.size());
        worker.close();
    }

    /** Somebody makes the file system larger. */
    private static void makeRoom(TaskQueue queue, List<String> accepted) throws IOException {
        try {
            String point = String.valueOf(queue.layout().root().getParent());
            if (!run("mount", "-o", "remount,size=8m", point))
                throw new IOException("cannot make room for " + accepted.size());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_submit_into_a_folder_that_was_never_made_says_so() {
        TaskQueue queue = queue(folder.resolve("nowhere"));
        assertThatThrownBy(() -> queue.submit(Task.of("k").id("t")))
                .isInstanceOf(SubmitException.class)
                .hasMessageContaining("Is the service started");
        assertThat(Files.exists(folder.resolve("nowhere"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void looking_at_a_folder_that_was_never_made_finds_nothing_and_makes_nothing() throws IOException {
        TaskQueue queue = queue(folder.resolve("nowhere"));
        assertThat(queue.counts()).isEqualTo(QueueCounts.none());
        assertThat(queue.list(TaskFilter.all())).isEmpty();
        assertThat(queue.find("x")).isEmpty();
        assertThat(queue.locate("x")).isEmpty();
        assertThat(queue.ages().oldestPending()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
