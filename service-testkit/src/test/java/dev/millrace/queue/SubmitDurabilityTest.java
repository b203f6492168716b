package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is told that a task was accepted before its content and its name are durable. */
class SubmitDurabilityTest {
    @TempDir
    private Path folder;

    private final List<String> did = new ArrayList<>();
    private boolean folderCannotBeForced;

    /** Tells of the operations that make a submit durable, in their order, and what was asked of them. */
    private Disk watched() {
        Disk disk = Disk.local();
        return (Disk) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("create")) note("create " + arguments[2], (Path) arguments[0]);
                    if (method.getName().equals("rename")) note("rename", (Path) arguments[1]);
                    if (method.getName().equals("forceFolder")) note("force", ((Path) arguments[0]).resolve("it"));
                    if (method.getName().equals("forceFolder") && folderCannotBeForced)
                        throw new FileSystemException("pending", null, "I/O error");
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void note(String what, Path file) {
        String in = String.valueOf(Disk.parentOf(file).getFileName());
        if (TaskState.of(in).isPresent()) did.add(what + " in " + in);
    }

    private TaskQueue queue(Durability durability) throws IOException {
        QueueWorld world = QueueWorld.in(folder);
        java.nio.file.Files.writeString(world.layout().runtimes(), "{\"runtimes\":{\"k\":0.0001}}");
        return TaskQueue.inDirectory(
                world.layout(), QueueWorld.OPTIONS.withDurability(durability), world.ports(watched()));
    }

    @Test
    void a_task_is_forced_then_named_then_its_folder_is_forced() throws IOException {
        queue(Durability.FSYNC).submit(Task.of("k"));
        assertThat(did).containsExactly("create FSYNC in pending", "rename in pending", "force in pending");
    }

    @Test
    void many_tasks_share_one_force_of_the_folder() throws IOException {
        queue(Durability.FSYNC).submitAll(List.of(Task.of("k"), Task.of("k"), Task.of("other")));
        assertThat(did)
                .containsExactly(
                        "create FSYNC in pending",
                        "create FSYNC in pending",
                        "rename in pending",
                        "rename in pending",
                        "force in pending");
    }

    @Test
    void without_the_promise_nothing_is_forced() throws IOException {
        queue(Durability.OS).submit(Task.of("k"));
        assertThat(did).containsExactly("create OS in pending", "rename in pending");
    }

    @Test
    void a_folder_that_cannot_be_forced_is_told_for_what_it_is() throws IOException {
        TaskQueue queue = queue(Durability.FSYNC);
        folderCannotBeForced = true;
        assertThatThrownBy(() -> queue.submit(Task.of("k")))
                .isInstanceOf(SubmitException.class)
                .hasMessageContaining("power cut")
                .hasMessageContaining("millrace tasks");
        assertThat(queue.counts().of(TaskState.PENDING)).as("it may run").isEqualTo(1);
    }
}
