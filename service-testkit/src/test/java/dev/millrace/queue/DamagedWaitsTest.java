package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damage in control/waits: nobody who waits beside it is held up, and no file outside of the queue is looked at. */
class DamagedWaitsTest {
    @TempDir
    private Path folder;

    private QueueWorld world;
    private Submission callback;

    @BeforeEach
    void submit() throws IOException {
        world = QueueWorld.in(folder);
        callback = world.queue
                .submitGroup(new TaskGroup(
                        "g", List.of(Task.of("k").id("t")), Task.of("k").id("then")))
                .callback();
        world.queue.submit(Task.of("k").id("first"));
        world.queue.submit(Task.of("k").id("second").dependsOn("first"));
    }

    private void membersAre(String text) throws IOException {
        Files.writeString(world.layout().waits().resolve(callback.stem() + WaitFiles.MEMBERS), text);
    }

    private List<String> drain() throws IOException {
        Actor worker = world.actor("worker");
        List<String> ran = new ArrayList<>();
        for (int idle = 0; idle < 30; world.passPoll()) {
            Optional<Claim> claim = worker.queue().claim();
            if (claim.isEmpty() && worker.queue().unblock() == 0) idle++;
            if (claim.isEmpty()) continue;
            ran.add(claim.get().id());
            worker.queue().settle(claim.get(), new Outcome.Done(TextNode.valueOf("ok")));
        }
        return ran;
    }

    private static Stream<String> namesThatNoFileCanBear() {
        return Stream.of(
                "a\u0000b",
                "../../../outside",
                "/etc/hosts",
                "x/y\t3",
                "..\t3",
                "x".repeat(2_000),
                "y".repeat(2_000) + "\t3");
    }

    @ParameterizedTest
    @MethodSource("namesThatNoFileCanBear")
    void a_name_that_no_file_can_bear_is_that_of_no_task(String name) throws IOException {
        Files.writeString(folder.resolve("outside.task.json"), "{}");
        membersAre(name + "\n");

        assertThat(drain()).containsExactlyInAnyOrder("t", "first", "second", "then");
        assertThat(world.names(TaskState.BLOCKED)).isEmpty();
    }

    @Test
    void a_number_that_is_none_is_told_and_its_task_waits_while_others_go_on() throws IOException {
        membersAre("x\tmany\n");

        assertThat(drain()).containsExactlyInAnyOrder("t", "first", "second");
        assertThat(world.names(TaskState.BLOCKED)).hasSize(1);
        assertThat(world.events.of(Event.Trouble.class))
                .singleElement()
                .satisfies(trouble -> assertThat(String.valueOf(trouble.cause().getMessage()))
                        .contains(callback.stem() + ".members is damaged")
                        .contains("many"));
    }
}
