package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueControl.Cancelled;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlTest {
    private static final Optional<String> WHOLE_QUEUE = Optional.empty();

    @TempDir
    private Path folder;

    private BatchWorld batches;
    private QueueWorld world;
    private QueueControl control;

    @BeforeEach
    void open() throws IOException {
        batches = BatchWorld.in(folder);
        world = batches.queue;
        control = world.queue.control();
    }

    private Optional<Claim> claimLater(Actor actor) throws IOException {
        world.time.advance(Duration.ofSeconds(2));
        Optional<Claim> claim = actor.queue().claim();
        actor.queue().finishUnpublished();
        return claim;
    }

    private List<String> requests() throws IOException {
        return world.names(world.layout().cancels());
    }

    // ------------------------------------------------------------------ pausing

    @Test
    void a_paused_kind_is_passed_by_and_the_others_run() throws Exception {
        world.queue.submit(Task.of("held").id("h"));
        world.queue.submit(Task.of("other").id("o"));
        world.pendingFile(
                "0.task.json", QueueWorld.foreign("{}").replace("\"task_id\"", "\"kind\":\"held\",\"task_id\""));
        control.pause(Optional.of("held"), "the printer is out of paper");
        Actor a = world.actor("a");
        assertThat(a.claim().id()).isEqualTo("o");
        assertThat(claimLater(a)).isEmpty();
        assertThat(control.pauses().kinds().get("held"))
                .extracting(Pauses.Pause::reason)
                .isEqualTo("the printer is out of paper");
        control.resume(Optional.of("held"));
        assertThat(claimLater(a).orElseThrow().stem()).isEqualTo("0");
        assertThat(a.claim().id()).isEqualTo("h");
        assertThat(control.pauses()).isEqualTo(Pauses.NONE);
    }

    /** As limits and {@code [service.serves]} see it. */
    @Test
    void tasks_without_a_kind_are_of_the_default_kind_and_are_paused_with_it() throws Exception {
        LimitRules rules = new LimitRules(KindLimits.NONE, Map.of(), "plain");
        QueueWorld plain = QueueWorld.in(folder.resolve("plain"), QueueWorld.OPTIONS.withLimits(rules));
        plain.queue.submit(Task.ofDefaultKind().id("nameless"));
        plain.queue.submit(Task.of("plain").id("named"));
        plain.pendingFile("0.task.json", QueueWorld.foreign("{}"));
        plain.pendingFile("1.batch.jsonl", QueueWorld.foreign("{}") + "\n");
        plain.queue.control().pause(Optional.of("plain"), "");
        Actor a = plain.actor("a");
        for (int i = 0; i < 3; i++) {
            plain.time.advance(Duration.ofSeconds(2));
            assertThat(a.queue().claim()).isEmpty();
            a.queue().finishUnpublished();
        }
        plain.queue.control().resume(Optional.of("plain"));
        plain.time.advance(Duration.ofSeconds(2));
        assertThat(plain.drain(a)).hasSize(4);
    }

    @Test
    void a_paused_queue_begins_nothing_and_finishes_what_runs() throws Exception {
        Actor a = world.actor("a");
        world.submit("x");
        Claim runs = a.claim();
        world.submit("y");
        control.pause(WHOLE_QUEUE, "");
        assertThat(claimLater(a)).isEmpty();
        assertThat(a.done(runs, "x")).isInstanceOf(Settlement.Settled.class);
        control.resume(WHOLE_QUEUE);
        assertThat(claimLater(a)).isPresent();
    }

    @Test
    void a_batch_of_a_paused_kind_goes_back_and_is_finished_when_that_ends() throws Exception {
        batches.submit(6);
        Actor a = world.actor("a");
        Claim first = a.claim();
        control.pause(Optional.of("k"), "");
        world.time.advance(Duration.ofSeconds(1));
        assertThat(a.queue().claimAfter(first)).isEmpty();
        assertThat(a.queue().claim()).isEmpty();
        a.queue().settle(first, batches.outcome(a, first));
        a.queue().finishUnpublished();
        assertThat(batches.files()).hasSize(1).first().asString().startsWith("pending/");
        String name = batches.files().get(0);
        for (int i = 0; i < 3; i++) assertThat(claimLater(a)).isEmpty();
        assertThat(batches.files()).as("nobody moves it to and fro").containsExactly(name);
        control.resume(Optional.of("k"));
        batches.drain(a);
        batches.assertAllEnded(6);
    }

    @Test
    void a_strangers_batch_of_a_paused_kind_is_held_back_too() throws Exception {
        world.pendingFile("x.batch.jsonl", "{\"schema\":\"agi.service.task.v1\",\"kind\":\"held\"}\n");
        control.pause(Optional.of("held"), "");
        Actor a = world.actor("a");
        for (int i = 0; i < 3; i++) assertThat(claimLater(a)).isEmpty();
        String name = batches.files().get(0);
        assertThat(name).startsWith("pending/");
        assertThat(claimLater(a)).isEmpty();
        assertThat(batches.files()).as("nobody moves it to and fro").containsExactly(name);
        control.resume(Optional.of("held"));
        assertThat(claimLater(a)).isPresent();
    }

    @Test
    void a_batch_of_another_kind_by_the_name_of_one_that_is_held_back_runs() throws Exception {
        Path first = world.pendingFile("x.batch.jsonl", QueueWorld.foreignWith(Map.of("kind", "held")));
        control.pause(Optional.of("held"), "");
        Actor a = world.actor("a");
        for (int i = 0; i < 3; i++) assertThat(claimLater(a)).isEmpty();
        for (String name : world.names(TaskState.PENDING)) Files.delete(first.resolveSibling(name));
        world.pendingFile("x.batch.jsonl", QueueWorld.foreignWith(Map.of("kind", "free")));
        assertThat(claimLater(a)).isPresent();
    }

    @Test
    void damaged_pauses_keep_what_was_known_and_tell_the_operator() throws Exception {
        control.pause(WHOLE_QUEUE, "");
        Actor a = world.actor("a");
        world.submit("x");
        assertThat(claimLater(a)).isEmpty();
        Files.writeString(world.layout().pauses(), "{ torn");
        assertThat(claimLater(a)).isEmpty();
        assertThatThrownBy(() -> control.resume(WHOLE_QUEUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(world.layout().pauses().toString())
                .hasMessageContaining("remove it");
        Files.delete(world.layout().pauses());
        assertThat(claimLater(a)).isPresent();
    }

    // ------------------------------------------------------------------ cancelling

    @Test
    void a_waiting_task_is_cancelled_at_once() throws IOException {
        Submission pending = world.submit("p");
        Submission later = world.queue.submit(Task.of("k").id("l").with("not_before", world.time.epochSeconds() + 60));
        assertThat(control.cancel(pending.stem(), "not needed")).isEqualTo(Cancelled.NOW);
        assertThat(control.cancel(later.stem(), "")).isEqualTo(Cancelled.NOW);
        assertThat(world.terminal(pending.stem()).path("error").asText()).isEqualTo("not needed");
        assertThat(world.queue.counts().of(TaskState.CANCELLED)).isEqualTo(2);
        assertThat(world.queue.counts().total()).isEqualTo(2);
        assertThat(control.cancel(pending.stem(), "")).isEqualTo(Cancelled.TOO_LATE);
        assertThat(control.cancel("nobody", "")).isEqualTo(Cancelled.UNKNOWN);
        assertThat(requests()).isEmpty();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void a_running_task_is_asked_to_end_and_its_owner_ends_it() throws IOException {
        Actor a = world.actor("a");
        Submission task = world.submit("x");
        Claim claim = a.claim();
        assertThat(a.queue().cancelRequest(claim)).isEmpty();
        assertThat(control.cancel(task.stem(), "stop it")).isEqualTo(Cancelled.ASKED);
        endsBecauseOfTheRequest(a, claim);
        assertThat(requests()).isEmpty();
    }

    private void endsBecauseOfTheRequest(Actor a, Claim claim) throws IOException {
        world.time.advance(Duration.ofSeconds(1));
        assertThat(a.queue().cancelRequest(claim)).contains("stop it");
        a.queue().settle(claim, new dev.millrace.task.Outcome.Cancelled("stop it"));
        assertThat(world.stateOf(claim.stem())).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void a_running_task_of_a_strangers_file_is_asked_to_end_too() throws IOException {
        world.pendingFile("x.task.json", QueueWorld.foreign("{}"));
        Actor a = world.actor("a");
        Claim claim = a.claim();
        assertThat(control.cancel("x", "stop it")).isEqualTo(Cancelled.ASKED);
        endsBecauseOfTheRequest(a, claim);
        assertThat(world.terminal("x").path("error").asText()).isEqualTo("stop it");
        assertThat(requests()).isEmpty();
    }

    @Test
    void what_was_asked_of_a_strangers_task_is_not_asked_of_the_next_one_of_its_name() throws IOException {
        world.pendingFile("x.task.json", QueueWorld.foreign("{\"night\": 1}"));
        Actor a = world.actor("a");
        Claim claim = a.claim();
        control.cancel("x", "stop it");
        world.time.advance(Duration.ofSeconds(1));
        // Its worker dies before it has removed the request.
        a.disk()
                .fault(
                        call -> call.is(Operation.DELETE) && call.isIn("cancel"),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        a.queue().settle(claim, new dev.millrace.task.Outcome.Cancelled("stop it"));
        assertThat(requests()).hasSize(1);
        Actor steward = world.actor("steward");
        steward.queue().sweep(RetentionLimits.defaults());
        assertThat(requests()).isEmpty();
        world.pendingFile("x.task.json", QueueWorld.foreign("{\"night\": 2}"));
        assertThat(world.drain(steward)).containsExactly("x");
        assertThat(world.names(TaskState.DONE)).hasSize(1);
    }

    @Test
    void a_task_that_came_back_meanwhile_is_cancelled_by_whoever_claims_it() throws IOException {
        Actor a = world.actor("a");
        Submission task = world.submit("x");
        Claim claim = a.claim();
        control.cancel(task.stem(), "stop it");
        a.queue().settle(claim, QueueWorld.retry(Duration.ZERO));
        assertThat(claimLater(a)).isEmpty();
        assertThat(world.terminal(task.stem()).path("error").asText()).isEqualTo("stop it");
    }

    @Test
    void a_task_that_failed_before_its_worker_knew_is_ended_soon_and_not_when_it_is_due() throws IOException {
        Actor a = world.actor("a");
        Submission task = world.submit("x");
        Claim claim = a.claim();
        assertThat(control.cancel(task.stem(), "stop it")).isEqualTo(Cancelled.ASKED);
        a.queue().settle(claim, QueueWorld.retry(Duration.ofHours(1)));
        assertThat(world.stateOf(task.stem())).isEqualTo(TaskState.SCHEDULED);
        expectEndedSoon();
        assertThat(world.stateOf(task.stem())).isEqualTo(TaskState.CANCELLED);
        assertThat(world.terminal(task.stem()).path("error").asText()).isEqualTo("stop it");
    }

    @Test
    void a_task_of_a_batch_that_failed_before_its_worker_knew_is_ended_soon_too() throws IOException {
        batches.submit(3);
        Actor a = world.actor("a");
        Optional<Claim> claim = a.queue().claim();
        assertThat(control.cancel(claim.orElseThrow().stem(), "stop it")).isEqualTo(Cancelled.ASKED);
        while (claim.isPresent()) {
            boolean first = claim.get().id().equals("t0");
            a.queue().settle(claim.get(), first ? QueueWorld.retry(Duration.ofHours(1)) : QueueWorld.done("x"));
            claim = a.queue().claimAfter(claim.get());
        }
        world.time.advance(Duration.ofSeconds(1));
        a.queue().finishUnpublished();
        assertThat(world.names(TaskState.SCHEDULED)).hasSize(1);
        expectEndedSoon();
        assertThat(batches.record(0).error()).contains("stop it");
        assertThat(batches.files()).singleElement().asString().startsWith("cancelled/");
    }

    /** Whoever has just asked is left two seconds to end it himself. */
    private void expectEndedSoon() throws IOException {
        Actor steward = world.actor("steward");
        for (int second = 0; second < 3; second++) {
            steward.queue().promote();
            world.time.advance(Duration.ofSeconds(1));
        }
        assertThat(requests()).isEmpty();
    }

    @Test
    void tasks_of_a_batch_are_cancelled_one_by_one() throws IOException {
        batches.submit(6);
        assertThat(control.cancel(batches.submitted.get(0).stem(), "no")).isEqualTo(Cancelled.NOW);
        assertThat(batches.record(0).error()).contains("no");
        Actor a = world.actor("a");
        Claim second = a.claim();
        assertThat(second.id()).isEqualTo("t1");
        assertThat(control.cancel(batches.submitted.get(3).stem(), "no")).isEqualTo(Cancelled.ASKED);
        a.queue().settle(second, batches.outcome(a, second));
        world.time.advance(Duration.ofSeconds(1));
        batches.drain(a);
        assertThat(batches.runs).doesNotContainKeys("t0", "t3").containsKeys("t4", "t5");
        assertThat(world.queue.counts().of(TaskState.CANCELLED)).isEqualTo(2);
        assertThat(world.queue.counts().total()).isEqualTo(6);
        assertThat(requests()).isEmpty();
    }

    @Test
    void how_many_are_called_off_together_makes_no_listings() throws IOException {
        world.submit("runs");
        TaskView running = world.queue.locate(world.actor("a").claim().stem()).orElseThrow();
        batches.submit(40);
        for (int i = 0; i < 39; i++) world.submit("single" + i);
        List<TaskView> all = world.queue.list(TaskFilter.all().withLimit(100));
        FaultyDisk disk = FaultyDisk.over(QuickDisk.local());
        Map<TaskView, Cancelled> outcomes = world.queueOn(disk).control().cancelAll(all, "no");
        assertThat(outcomes).hasSize(80).containsEntry(running, Cancelled.ASKED);
        assertThat(outcomes.values().stream().filter(Cancelled.NOW::equals)).hasSize(79);
        assertThat(disk.count(Operation.LIST)).isLessThan(40);
        assertThat(world.queue.counts().of(TaskState.CANCELLED)).isEqualTo(79);
        assertThat(requests()).hasSize(1);
    }

    @Test
    void what_has_moved_since_it_was_looked_for_is_called_off_where_it_is() throws IOException {
        List<String> stems = List.of(
                world.submit("ends").stem(),
                world.submit("begins").stem(),
                world.submit("goes").stem());
        Map<String, TaskView> seen = new HashMap<>();
        for (String stem : stems) seen.put(stem, world.queue.locate(stem).orElseThrow());
        Actor a = world.actor("a");
        a.done(a.claim(), "x");
        a.claim();
        a.queue().settle(a.claim(), QueueWorld.retry(Duration.ofMinutes(1)));
        Map<TaskView, Cancelled> outcomes = control.cancelAll(List.copyOf(seen.values()), "no");
        assertThat(stems)
                .extracting(stem -> outcomes.get(seen.get(stem)))
                .containsExactly(Cancelled.TOO_LATE, Cancelled.ASKED, Cancelled.NOW);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void an_operator_who_dies_in_the_middle_loses_nothing(Moment moment) throws IOException {
        for (int nth = 1; nth < 100; nth++) {
            QueueWorld fresh = QueueWorld.in(folder.resolve(moment + "-" + nth));
            Submission task = fresh.submit("x");
            Actor operator = fresh.actor("operator");
            operator.disk().crash(nth, moment);
            QueueControl theirs = TaskQueue.inDirectory(
                            fresh.layout(), QueueWorld.OPTIONS, fresh.ports(operator.disk()))
                    .control();
            if (!dies(theirs, task)) {
                assertThat(nth).as("deaths").isGreaterThan(5);
                return;
            }
            Actor steward = fresh.actor("steward");
            Set<String> living = Set.of(steward.incarnation());
            for (int round = 0; round < 5; round++) steward.rescue(incarnation -> !living.contains(incarnation));
            fresh.drain(fresh.actor("worker"));
            assertThat(fresh.placesOf(task.stem())).hasSize(1);
            assertThat(fresh.stateOf(task.stem()).isTerminal()).isTrue();
        }
        throw new AssertionError("no end");
    }

    private static boolean dies(QueueControl control, Submission task) throws IOException {
        try {
            control.cancel(task.stem(), "no");
            return false;
        } catch (dev.millrace.testkit.CrashException dead) {
            return true;
        }
    }
}
