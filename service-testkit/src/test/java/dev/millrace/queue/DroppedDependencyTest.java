package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that any program drops into pending/ or scheduled/, and that wait for others. */
class DroppedDependencyTest extends DependentTasks {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static String dependsOn(String names, String policy) {
        String failure = policy.isEmpty() ? "" : ", \"on_dependency_failure\": \"" + policy + "\"";
        return "\"depends_on\": [" + names + "]" + failure;
    }

    private void drop(TaskState where, String name, String keys) throws IOException {
        if (where == TaskState.PENDING) world.pendingFile(name + ".task.json", QueueWorld.foreignTask(keys));
        else world.scheduledFile(MINUTE, name + ".task.json", QueueWorld.foreignTask(keys));
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PENDING", "SCHEDULED"})
    void they_wait_until_the_others_have_ended(TaskState where) throws IOException {
        world.pendingFile("first.task.json", QueueWorld.foreignTask(""));
        drop(where, "second", dependsOn("\"first\"", ""));
        worker.queue().promote();
        world.time.advance(MINUTE);
        worker.queue().promote();
        world.passPoll();
        assertThat(worker.claim().id()).isEqualTo("first");
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(stateOf("second")).isEqualTo(TaskState.BLOCKED);
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PENDING", "SCHEDULED"})
    void they_say_what_becomes_of_them_when_one_fails(TaskState where) throws IOException {
        world.pendingFile("bad.task.json", QueueWorld.foreignTask(""));
        for (String policy : new String[] {"", "cancel", "fail", "run"})
            drop(where, "after-" + policy, dependsOn("\"bad\"", policy));
        world.time.advance(MINUTE);
        assertThat(drain()).containsExactly("bad", "after-run");
        assertThat(stateOf("after-")).isEqualTo(TaskState.CANCELLED);
        assertThat(stateOf("after-cancel")).isEqualTo(TaskState.CANCELLED);
        assertThat(stateOf("after-fail")).isEqualTo(TaskState.FAILED);
        assertThat(errorOf("after-fail").orElse("")).contains("its dependency bad failed");
        assertThat(stateOf("after-run")).isEqualTo(TaskState.DONE);
    }

    /** Whoever can only write files makes a group so; the callback comes last, when all that it names are there. */
    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PENDING", "SCHEDULED"})
    void files_make_a_group_with_a_callback(TaskState where) throws IOException {
        for (String name : new String[] {"a", "bad", "c"}) drop(where, name, "");
        drop(where, "sum", dependsOn("\"a\", \"bad\", \"c\"", "run"));
        world.time.advance(MINUTE);
        assertThat(drain()).hasSize(4).endsWith("sum");
        Dependencies found = dependenciesOf("sum");
        assertThat(found.counts()).isEqualTo(Map.of(TaskState.DONE, 2, TaskState.FAILED, 1));
        assertThat(found.results())
                .containsEntry("a", TextNode.valueOf("result of a"))
                .containsEntry("bad", Json.object())
                .containsEntry("c", TextNode.valueOf("result of c"));
    }
}
