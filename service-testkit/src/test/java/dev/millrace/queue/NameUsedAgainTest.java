package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Other programs use names again: AGILAB counts from 1 in each process. The log of the first task's owner may still be there
 * when the second one lies in the queue, and must not be taken for its own.
 */
class NameUsedAgainTest extends WithOwnerAndSteward {
    private static final String NIGHTLY = "000001-nightly-000-w.task.json";

    private void drop(int night) throws IOException {
        world.pendingFile(NIGHTLY, QueueWorld.foreign("{\"night\": " + night + "}"));
        world.passPoll();
    }

    private FileClaim claimed(Actor worker, int night) throws IOException {
        drop(night);
        return (FileClaim) worker.claim();
    }

    /** The first night's task is done by the owner, whose log stays: it lives and may go on writing. */
    private void firstNight() throws IOException {
        owner.done(claimed(owner, 1), "first night, with a result that is longer than the second night's document");
    }

    private Path done() {
        return world.folder(TaskState.DONE).resolve(NIGHTLY);
    }

    private void rescue() throws IOException {
        world.untilQuiet(steward, Set.of(owner.incarnation()));
    }

    /** The results of all nights, in the order of the nights. */
    private List<String> results() throws IOException {
        List<String> results = new ArrayList<>();
        for (String name : world.names(TaskState.DONE)) {
            JsonNode document = QueueWorld.document(world.folder(TaskState.DONE).resolve(name));
            results.add(document.path("args").path("night").asInt() + ": "
                    + document.path("result").asText());
        }
        results.sort(null);
        return results;
    }

    private void eachNightHasItsOwnResult() throws IOException {
        world.drain(steward);
        assertThat(results()).hasSize(2);
        assertThat(results().get(0)).startsWith("1: first night");
        assertThat(results().get(1)).isEqualTo("2: by steward");
    }

    @Test
    void a_task_whose_owner_died_does_not_get_the_outcome_of_one_that_had_its_name_before() throws IOException {
        firstNight();
        byte[] seen = Files.readAllBytes(done());
        claimed(owner, 2);
        rescue();
        assertThat(world.names(TaskState.PENDING)).hasSize(1);
        assertThat(done()).hasBinaryContent(seen);
        eachNightHasItsOwnResult();
    }

    @Test
    void nor_does_one_that_waits_while_the_first_ones_document_is_gone() throws IOException {
        firstNight();
        Files.delete(done());
        drop(2);
        rescue();
        world.drain(steward);
        assertThat(results()).containsExactly("2: by steward");
    }

    @Test
    void nor_does_one_that_was_tried_before_and_waits() throws IOException {
        FileClaim first = claimed(owner, 1);
        owner.queue().settle(first, QueueWorld.retry(Duration.ZERO));
        world.passPoll();
        owner.done(owner.claim(), "first night, second attempt");
        drop(2);
        rescue();
        eachNightHasItsOwnResult();
    }

    /** For a moment a result that callers had seen was replaced by that of an owner who had lost the task. */
    @Test
    void a_power_cut_that_brings_back_a_lost_claim_does_not_make_its_owners_outcome_count() throws IOException {
        FileClaim lost = claimed(owner, 1);
        Path claim = world.folder(TaskState.RUNNING).resolve(lost.name().fileName());
        byte[] dropped = Files.readAllBytes(claim);
        rescue();
        Actor heir = world.actor("heir");
        Claim again = heir.claim();
        assertThat(owner.done(lost, "lost")).isInstanceOf(Settlement.Fenced.class);
        heir.done(again, "seen");
        // The renames since then are undone; both logs were forced.
        Files.delete(done());
        Files.write(claim, dropped);
        List<String> shown = new ArrayList<>();
        for (int change = 1; change <= 20; change++)
            steward.disk().interpose(change, Moment.AFTER, () -> shown.add(textOf(done())));
        world.untilQuiet(steward, Set.of(owner.incarnation(), heir.incarnation()));
        world.drain(steward);
        assertThat(results()).containsExactly("1: seen");
        assertThat(shown).isNotEmpty().noneMatch(text -> text.contains("lost"));
    }

    /** Empty when it is not there. */
    private static String textOf(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_worker_that_joined_before_the_first_was_published_runs_the_second() throws IOException {
        FileClaim first = claimed(owner, 1);
        owner.done(first, "first night");
        byte[] published = Files.readAllBytes(done());
        // As it was for a moment: logged, and not yet published.
        Files.move(done(), world.folder(TaskState.PENDING).resolve(NIGHTLY));
        world.passPoll();
        assertThat(steward.queue().claim()).isEmpty();
        Files.move(world.folder(TaskState.PENDING).resolve(NIGHTLY), done());
        assertThat(done()).hasBinaryContent(published);
        drop(2);
        eachNightHasItsOwnResult();
    }

    @Test
    void both_get_their_own_outcome_after_a_power_cut_that_undid_both_ends() throws IOException {
        FileClaim first = claimed(owner, 1);
        owner.done(first, "first");
        FileClaim second = claimed(owner, 2);
        owner.done(second, "second");
        Path running = world.folder(TaskState.RUNNING);
        for (String name : world.names(TaskState.DONE)) {
            Path ended = world.folder(TaskState.DONE).resolve(name);
            boolean isFirst = name.equals(NIGHTLY);
            FileClaim claim = isFirst ? first : second;
            byte[] body = Arrays.copyOf(Files.readAllBytes(ended), (int) claim.closingBrace() + 1);
            body[body.length - 1] = '}';
            Files.write(ended, body);
            Path before = isFirst
                    ? running.resolve(claim.name().fileName())
                    : world.folder(TaskState.PENDING).resolve(NIGHTLY);
            Files.move(ended, before);
        }
        rescue();
        assertThat(results()).containsExactly("1: first", "2: second");
    }

    @Test
    void two_that_run_at_once_do_not_replace_each_other() throws IOException {
        FileClaim first = claimed(owner, 1);
        FileClaim second = claimed(steward, 2);
        // Both find the name free when they log their outcomes.
        steward.disk().faultOnce(call -> call.is(Operation.WRITE_AT), Moment.BEFORE, DiskTrouble.inputOutput());
        steward.done(second, "second");
        owner.done(first, "first");
        steward.queue().finishUnpublished();
        assertThat(results()).containsExactly("1: first", "2: second");
    }

    @Test
    void a_torn_document_is_mended_from_the_record_of_its_own_claim() throws IOException {
        firstNight();
        owner.done(claimed(owner, 2), "second night");
        byte[] seen = Files.readAllBytes(done());
        Files.write(done(), Arrays.copyOf(seen, seen.length - 20));
        rescue();
        assertThat(done()).hasBinaryContent(seen);
        assertThat(results()).hasSize(2);
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void an_older_document_of_the_name_neither_hides_an_outcome_that_was_undone_nor_is_replaced() throws IOException {
        Actor before = world.actor("before");
        before.done(claimed(before, 1), "first night");
        before.queue().close();
        byte[] older = Files.readAllBytes(done());
        Files.delete(done());
        FileClaim second = claimed(owner, 2);
        owner.done(second, "second night");
        // The power cut undoes the publication, and that the older one was removed.
        Files.move(done(), world.folder(TaskState.PENDING).resolve(NIGHTLY));
        Files.write(done(), older);
        assertThat(steward.queue().claim()).isEmpty();
        rescue();
        assertThat(world.names(TaskState.PENDING)).isEmpty();
        assertThat(done()).hasBinaryContent(older);
        assertThat(results()).containsExactly("1: first night", "2: second night");
    }

    @Test
    void a_quiet_owners_log_is_dropped_so_that_even_the_same_bytes_are_another_task() throws IOException {
        firstNight();
        Files.delete(done());
        owner.queue().dropFinishedLogs();
        assertThat(world.names(world.layout().outcomes())).hasSize(1);
        world.time.advance(Duration.ofMinutes(1));
        owner.queue().dropFinishedLogs();
        assertThat(world.names(world.layout().outcomes())).isEmpty();
        drop(1);
        rescue();
        world.drain(steward);
        assertThat(results()).containsExactly("1: by steward");
    }
}
