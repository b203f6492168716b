package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dependencies that cannot be met, through the API and in files that others drop. */
class RefusedDependencyTest extends DependentTasks {
    @Test
    void a_name_that_no_task_bears_is_refused_before_anything_is_written() throws IOException {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a"), task("b", "a", "nobody"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on 'nobody' is the id of no task in this queue");
        assertThat(world.queue.counts().total()).isZero();
    }

    /** Names are known without opening files. */
    @Test
    void a_dropped_file_is_known_by_its_name_and_whoever_asks_for_its_id_is_told_so() throws IOException {
        world.pendingFile("x.task.json", QueueWorld.foreignTask("\"task_id\": \"invoice-7\""));
        assertThatThrownBy(() -> world.queue.submit(task("sum", "invoice-7")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining(TaskView.DROPPED_FILES);
        world.pendingFile("y.task.json", dropped("invoice-7"));
        world.queue.submit(task("sum", "x"));
        assertThat(drain()).containsExactly("x", "sum");
        assertThat(world.whyQuarantined("y.task.json")).contains("'invoice-7'").contains(TaskView.DROPPED_FILES);
    }

    @Test
    void tasks_that_wait_for_each_other_are_refused_and_the_circle_is_shown() throws IOException {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a", "b"), task("b", "c"), task("c", "a"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("a -> b -> c -> a");
        assertThatThrownBy(() -> world.queue.submit(task("a", "a")))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("a -> a");
        assertThat(world.queue.counts().total()).isZero();
    }

    @Test
    void an_id_that_two_tasks_of_one_submit_bear_is_no_name_for_either() {
        assertThatThrownBy(() -> world.queue.submitAll(List.of(task("a"), task("a"), task("b", "a"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("depends_on 'a' is the id of 2 tasks");
    }

    @Test
    void what_the_queue_writes_itself_is_refused_from_others() {
        assertThatThrownBy(() -> world.queue.submit(task("a").with("waits_for", List.of("x"))))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("waits_for");
        assertThatThrownBy(() -> task("a").with("on_dependency_failure", "panic"))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageContaining("must be \"cancel\", \"fail\" or \"run\"");
    }

    private static String dropped(String dependsOn) {
        return QueueWorld.foreign("{}").replace("\"args\"", "\"depends_on\": [\"" + dependsOn + "\"], \"args\"");
    }

    @Test
    void a_dropped_file_waits_too() throws IOException {
        world.pendingFile("1.task.json", dropped("2"));
        world.pendingFile("2.task.json", QueueWorld.foreign("{}"));
        assertThat(drain()).containsExactly("2", "1");
        assertThat(dependenciesOf("1").results()).containsEntry("2", TextNode.valueOf("result of 2"));
    }

    @Test
    void a_dropped_file_that_names_nobody_fails_with_the_reason() throws IOException {
        world.pendingFile("1.task.json", dropped("nobody"));
        assertThat(drain()).isEmpty();
        assertThat(world.whyQuarantined("1.task.json")).contains("depends on 'nobody'", "no task in this queue");
    }

    @Test
    void dropped_files_that_wait_for_each_other_fail_and_the_circle_is_shown() throws IOException {
        world.pendingFile("1.task.json", dropped("2"));
        world.pendingFile("2.task.json", dropped("1"));
        assertThat(drain()).isEmpty();
        for (String id : List.of("1", "2")) {
            assertThat(stateOf(id)).isEqualTo(TaskState.FAILED);
            assertThat(errorOf(id).orElse(""))
                    .contains("waits for itself: ")
                    .containsPattern("1 -> 2 -> 1|2 -> 1 -> 2");
        }
    }

    @Test
    void a_file_that_imitates_our_names_waits_as_well() throws IOException {
        Submission first = world.queue.submit(task("first"));
        String name = first.stem().replace("-first", "-copy") + ".task.json";
        world.pendingFile(name, dropped("first"));
        assertThat(drain()).containsExactly("first", "copy");
    }
}
