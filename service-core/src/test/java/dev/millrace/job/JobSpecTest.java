package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a job may consist of. */
class JobSpecTest {
    private static void step(ArrayNode tasks, String name, String... dependsOn) {
        ObjectNode step = tasks.addObject().put("name", name).put("kind", "work");
        step.set("depends_on", Json.tree(dependsOn));
    }

    /** Here a walk along the chain from each of its steps, or a call within a call for each, would be felt. */
    @Test
    void the_longest_chain_is_taken_whatever_the_order_of_its_steps() {
        ObjectNode job = Json.object();
        ArrayNode tasks = job.putArray("tasks");
        for (int i = JobSpec.MOST_STEPS; i > 1; i--) step(tasks, "s" + i, "s" + (i - 1));
        step(tasks, "s1");
        JobSpec spec = JobSpec.of(job, "chain");
        assertThat(spec.downstreamOf(Set.of("s1"))).hasSize(JobSpec.MOST_STEPS);
    }

    @Test
    void steps_that_wait_for_each_other_are_named_in_their_order() {
        ObjectNode job = Json.object();
        ArrayNode tasks = job.putArray("tasks");
        step(tasks, "free");
        step(tasks, "a", "b", "free");
        step(tasks, "b", "c");
        step(tasks, "c", "a");

        assertThatThrownBy(() -> JobSpec.of(job, "circle"))
                .hasMessageContaining("tasks wait for each other: a -> b -> c -> a");
    }
}
