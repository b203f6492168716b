package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.QueueControl.Changed;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that any program drops into pending/ or scheduled/, and that are not to be started yet. */
class NotBeforeTest extends WithOneWorker {
    private static final Duration MINUTE = Duration.ofSeconds(60);

    private static String task(String keys) {
        return "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\"" + keys + "}";
    }

    private static String notBefore(QueueWorld of, Duration ahead) {
        return ", \"not_before\": " + (of.time.epochSeconds() + ahead.toSeconds());
    }

    private String dueInAMinute() {
        return notBefore(world, MINUTE);
    }

    private Path scheduledFile(String name, String content) throws IOException {
        return Files.writeString(world.folder(TaskState.SCHEDULED).resolve(name), content);
    }

    private String inMillis(Duration ahead) {
        return Long.toString(world.time.millis() + ahead.toMillis());
    }

    /** What can be claimed now, after a steward's round. */
    private Optional<String> claimed(Actor actor) throws IOException {
        actor.queue().promote();
        world.passPoll();
        Optional<Claim> claim = actor.queue().claim();
        if (claim.isPresent()) actor.done(claim.get(), "x");
        return claim.map(Claim::stem);
    }

    private void expectToRunAt(long due, String stem) throws IOException {
        assertThat(claimed(worker)).isEmpty();
        world.time.advance(Duration.ofMillis(due - 1 - world.time.millis()));
        worker.queue().promote();
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.SCHEDULED);
        assertThat(worker.queue().claim()).isEmpty();
        world.time.advance(Duration.ofMillis(1));
        assertThat(claimed(worker)).contains(stem);
        assertThat(world.stateOf(stem)).isEqualTo(TaskState.DONE);
    }

    // ------------------------------------------------------------------ pending

    @Test
    void a_file_in_pending_that_is_not_due_waits_and_runs_at_its_time() throws IOException {
        long due = world.time.millis() + MINUTE.toMillis();
        world.pendingFile("x.task.json", task(dueInAMinute()));
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf("x")).isEqualTo(TaskState.SCHEDULED);
        assertThat(world.queue.find("x").get(0).due()).hasValue(due / 1e3);
        expectToRunAt(due, "x");
    }

    @Test
    void a_time_that_is_over_keeps_nothing_waiting() throws IOException {
        world.pendingFile("x.task.json", task(notBefore(world, Duration.ofSeconds(-1))));
        assertThat(claimed(worker)).contains("x");
    }

    @Test
    void one_rename_lays_it_aside_and_nothing_is_written() throws IOException {
        world.pendingFile("x.task.json", task(dueInAMinute()));
        worker.disk().forget();
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(worker.disk().changes()).isEqualTo(1);
        assertThat(worker.disk().count(Operation.RENAME)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"tomorrow\"", "-1", "253402300800", "true", "[1]"})
    void a_time_that_is_none_is_quarantined_with_key_and_value(String value) throws IOException {
        world.pendingFile("x.task.json", task(", \"not_before\": " + value));
        assertThat(claimed(worker)).isEmpty();
        assertThat(world.whyQuarantined("x.task.json"))
                .contains("key 'not_before' must be epoch seconds up to the year 9999, not " + value);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_worker_dies_while_it_lays_one_aside(Moment moment) throws IOException {
        QueueWorld one = QueueWorld.in(folder.resolve(moment.name()));
        one.pendingFile("x.task.json", task(notBefore(one, MINUTE)));
        Actor dying = one.actor("dying");
        dying.disk().crash(1, moment);
        try {
            dying.queue().claim();
            throw new AssertionError("it should have died");
        } catch (CrashException dead) {
            assertThat(one.placesOf("x")).hasSize(1);
        }
        Actor heir = one.actor("heir");
        one.untilQuiet(heir, Set.of(dying.incarnation()));
        one.passPoll();
        assertThat(heir.queue().claim()).isEmpty();
        assertThat(one.stateOf("x")).isEqualTo(TaskState.SCHEDULED);
        one.time.advance(MINUTE);
        heir.queue().promote();
        assertThat(one.drain(heir)).containsExactly("x");
    }

    @Test
    void two_workers_lay_it_aside_once() throws IOException {
        Actor other = world.actor("other");
        world.pendingFile("x.task.json", task(dueInAMinute()));
        worker.disk().interpose(1, Moment.BEFORE, () -> {
            try {
                assertThat(other.queue().claim()).isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.stateOf("x")).isEqualTo(TaskState.SCHEDULED);
    }

    @Test
    void one_that_also_waits_for_others_waits_for_both() throws IOException {
        world.pendingFile("first.task.json", task(""));
        world.pendingFile("second.task.json", task(", \"depends_on\": [\"first\"]" + dueInAMinute()));
        assertThat(claimed(worker)).contains("first");
        assertThat(claimed(worker)).isEmpty();
        worker.queue().unblock();
        assertThat(world.stateOf("second")).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(MINUTE);
        assertThat(claimed(worker)).contains("second");
    }

    @Test
    void of_two_with_one_unique_key_the_second_is_turned_away_also_when_they_have_waited() throws IOException {
        for (String name : new String[] {"a", "b"})
            world.pendingFile(name + ".task.json", task(", \"unique_key\": \"u\"" + dueInAMinute()));
        assertThat(claimed(worker)).isEmpty();
        world.time.advance(MINUTE);
        worker.queue().promote();
        world.passPoll();
        assertThat(worker.claim().stem()).isEqualTo("a");
        assertThat(worker.queue().claim()).isEmpty();
        assertThat(world.terminal("b").path("error").asText()).contains("unique_key is taken by a");
    }

    @Test
    void names_that_are_used_again_replace_nothing() throws IOException {
        for (int i = 0; i < 2; i++) {
            world.pendingFile("x.task.json", task(dueInAMinute()));
            world.passPoll();
            assertThat(worker.queue().claim()).isEmpty();
            world.time.advance(Duration.ofSeconds(1));
        }
        world.pendingFile("x.task.json", task(""));
        world.time.advance(MINUTE.multipliedBy(2));
        worker.queue().promote();
        assertThat(world.drain(worker)).containsExactly("x", "x", "x");
    }

    @Test
    void an_operator_lets_it_begin_now_or_calls_it_off() throws Exception {
        world.pendingFile("now.task.json", task(dueInAMinute()));
        world.pendingFile("never.task.json", task(dueInAMinute()));
        scheduledFile(inMillis(MINUTE) + "-too.task.json", task(dueInAMinute()));
        assertThat(claimed(worker)).isEmpty();
        for (String name : new String[] {"now", "too"}) {
            TaskView waits = world.queue.find(name).get(0);
            assertThat(world.queue.control().requeue(waits)).isEqualTo(Changed.DONE);
            assertThat(claimed(worker)).contains(name);
        }
        assertThat(world.queue.control().cancel("never", "no")).isEqualTo(QueueControl.Cancelled.NOW);
        assertThat(world.stateOf("never")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void its_age_counts_from_when_it_was_due() throws IOException {
        world.pendingFile("x.task.json", task(dueInAMinute()));
        assertThat(claimed(worker)).isEmpty();
        world.time.advance(MINUTE.minus(QueueWorld.POLL).plusSeconds(5));
        worker.queue().promote();
        assertThat(world.queue.ages().oldestPending().orElseThrow()).isEqualTo(5);
    }

    // ------------------------------------------------------------------ scheduled

    @Test
    void a_file_in_scheduled_runs_when_its_name_says() throws IOException {
        long due = world.time.millis() + MINUTE.toMillis();
        scheduledFile(due + "-x.task.json", task(""));
        expectToRunAt(due, "x");
    }

    @Test
    void a_file_in_scheduled_keeps_what_it_says_of_retries() throws IOException {
        scheduledFile(
                inMillis(MINUTE) + "-x.task.json",
                task(", \"max_attempts\": 3, \"retry\": {\"strategy\": \"fixed\", \"base\": 7}"));
        world.time.advance(MINUTE);
        worker.queue().promote();
        world.passPoll();
        Claim claim = worker.claim();
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.document().maxAttempts()).hasValue(3);
        assertThat(claim.document().value("retry").toString()).isEqualTo("{\"strategy\":\"fixed\",\"base\":7}");
        worker.queue().settle(claim, QueueWorld.retry(Duration.ofSeconds(7)));
        assertThat(claimed(worker)).isEmpty();
        world.time.advance(Duration.ofSeconds(7));
        worker.queue().promote();
        world.passPoll();
        assertThat(worker.claim().attempt()).isEqualTo(2);
    }

    @Test
    void a_name_in_scheduled_that_tells_no_time_is_due_at_once_or_when_the_document_says() throws IOException {
        scheduledFile("now.task.json", task(""));
        scheduledFile("later.task.json", task(dueInAMinute()));
        assertThat(claimed(worker)).contains("now");
        assertThat(claimed(worker)).isEmpty();
        assertThat(world.stateOf("later")).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(MINUTE);
        assertThat(claimed(worker)).contains("later");
    }

    @Test
    void of_two_times_the_later_one_counts() throws IOException {
        scheduledFile(inMillis(Duration.ofSeconds(5)) + "-x.task.json", task(dueInAMinute()));
        world.time.advance(Duration.ofSeconds(5));
        assertThat(claimed(worker)).isEmpty();
        assertThat(world.stateOf("x")).isEqualTo(TaskState.SCHEDULED);
        world.time.advance(MINUTE);
        assertThat(claimed(worker)).contains("x");
    }
}
