package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What a power cut does together with other trouble, done by hand: renames that were not forced are undone, bytes that were
 * not forced are torn. {@link CutPointsTest} cuts everywhere; these are the cases that need somebody who is late or wrong.
 */
class PowerCutTest extends WithOwnerAndSteward {
    private Path done(String stem) {
        return world.folder(TaskState.DONE).resolve(stem + TaskName.SUFFIX);
    }

    private Path pending(TaskName name) {
        return world.folder(TaskState.PENDING).resolve(name.fileName());
    }

    private void rescue() throws IOException {
        world.untilQuiet(steward, Set.of(owner.incarnation()));
    }

    private static void truncate(Path file, long size) throws IOException {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, (int) size));
    }

    @Test
    void an_undone_publication_is_restored_to_the_byte() throws IOException {
        FileClaim claim = ownersClaim();
        owner.done(claim, "by owner");
        byte[] seen = Files.readAllBytes(done(claim.stem()));
        Files.move(done(claim.stem()), pending(claim.name().task()));
        rescue();
        assertThat(done(claim.stem())).hasBinaryContent(seen);
        assertThat(world.placesOf(claim.stem())).hasSize(1);
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    private FileClaim ownersClaim() throws IOException {
        world.submit("t");
        world.passPoll();
        return (FileClaim) owner.claim();
    }

    @Test
    void a_worker_that_joins_before_the_replay_does_not_run_a_decided_task_again() throws IOException {
        FileClaim claim = ownersClaim();
        owner.done(claim, "by owner");
        Files.move(done(claim.stem()), pending(claim.name().task()));
        world.submit("other");
        Actor fresh = world.actor("fresh");
        assertThat(fresh.claim().id()).isEqualTo("other");
        world.passPoll();
        assertThat(fresh.queue().claim()).isEmpty();
        assertThat(world.stateOf(claim.stem())).isEqualTo(TaskState.PENDING);
        rescue();
        assertThat(world.terminal(claim.stem()).path("result").textValue()).isEqualTo("by owner");
    }

    @Test
    void a_worker_that_joins_while_a_steward_reads_the_logs_does_not_run_a_decided_task_either() throws IOException {
        FileClaim claim = ownersClaim();
        owner.done(claim, "by owner");
        Files.move(done(claim.stem()), pending(claim.name().task()));
        Actor fresh = world.actor("fresh");
        // The log is moved aside between the listing and the reading of it.
        fresh.disk()
                .fault(
                        call -> call.is(Operation.READ)
                                && call.isIn("outcomes")
                                && call.path().toString().endsWith(".log")
                                && moveAside(call.path()),
                        Moment.BEFORE,
                        DiskTrouble.noSuchFile());
        assertThat(fresh.queue().claim()).isEmpty();
        rescue();
        assertThat(world.terminal(claim.stem()).path("result").textValue()).isEqualTo("by owner");
    }

    private static boolean moveAside(Path log) {
        try {
            Files.move(log, log.resolveSibling(log.getFileName() + ".aside"));
            return true;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void the_outcome_with_the_highest_return_count_counts() throws IOException {
        FileClaim stale = ownersClaim();
        Actor second = world.actor("second");
        rescue();
        world.passPoll();
        FileClaim valid = (FileClaim) second.claim();
        second.done(valid, "by second");
        assertThat(owner.done(stale, "by owner")).isInstanceOf(Settlement.Fenced.class);
        byte[] seen = Files.readAllBytes(done(valid.stem()));
        // Everything is undone, even the rescue.
        Files.move(done(valid.stem()), pending(stale.name().task()));
        world.untilQuiet(steward, Set.of(owner.incarnation(), second.incarnation()));
        assertThat(done(valid.stem())).hasBinaryContent(seen);
    }

    @Test
    void a_fenced_outcome_does_not_come_back_when_its_owner_is_the_first_to_be_known_dead() throws IOException {
        FileClaim stale = ownersClaim();
        Actor second = world.actor("second");
        rescue();
        world.passPoll();
        FileClaim valid = (FileClaim) second.claim();
        second.done(valid, "short");
        owner.done(stale, "a much longer outcome that would leave its tail behind a shorter one");
        byte[] seen = Files.readAllBytes(done(valid.stem()));
        Files.move(done(valid.stem()), pending(stale.name().task()));
        world.untilQuiet(steward, Set.of(owner.incarnation()));
        assertThat(done(valid.stem())).doesNotExist();
        world.untilQuiet(steward, Set.of(owner.incarnation(), second.incarnation()));
        assertThat(done(valid.stem())).hasBinaryContent(seen);
    }

    @Test
    void a_fenced_outcome_stays_dropped() throws IOException {
        FileClaim stale = ownersClaim();
        rescue();
        assertThat(owner.done(stale, "by owner")).isInstanceOf(Settlement.Fenced.class);
        rescue();
        assertThat(world.stateOf(stale.stem())).isEqualTo(TaskState.PENDING);
        Actor second = world.actor("second");
        world.drain(second);
        assertThat(world.terminal(stale.stem()).path("result").textValue()).isEqualTo("by second");
    }

    @Test
    void a_later_outcome_in_a_terminal_file_is_left_alone() throws IOException {
        FileClaim stale = ownersClaim();
        Actor second = world.actor("second");
        rescue();
        world.passPoll();
        second.done(second.claim(), "by second");
        second.queue().close();
        owner.done(stale, "by owner");
        byte[] seen = Files.readAllBytes(done(stale.stem()));
        rescue();
        assertThat(done(stale.stem())).hasBinaryContent(seen);
    }

    /** The first try may have reached the disk; what was acknowledged is the second. */
    @Test
    void of_two_tries_to_log_one_outcome_the_acknowledged_one_counts() throws IOException {
        FileClaim claim = ownersClaim();
        owner.disk().faultOnce(call -> call.is(Operation.FORCE_APPENDED), Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> owner.done(claim, "a first try with a long result"))
                .isInstanceOf(IOException.class);
        world.time.advance(Duration.ofSeconds(3));
        Settlement settlement = owner.done(claim, "second");
        assertThat(settlement).isInstanceOf(Settlement.Settled.class);
        byte[] seen = Files.readAllBytes(done(claim.stem()));
        Files.move(done(claim.stem()), pending(claim.name().task()));
        rescue();
        assertThat(done(claim.stem())).hasBinaryContent(seen);
    }

    @Test
    void a_try_that_could_not_be_logged_does_not_bind_a_task_that_was_handed_back() throws IOException {
        FileClaim claim = ownersClaim();
        owner.disk().faultOnce(call -> call.is(Operation.FORCE_APPENDED), Moment.AFTER, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> owner.done(claim, "first")).isInstanceOf(IOException.class);
        owner.queue().settle(claim, QueueWorld.retry(Duration.ZERO));
        rescue();
        assertThat(world.stateOf(claim.stem())).isEqualTo(TaskState.PENDING);
        world.drain(steward);
        ObjectNode end = world.terminal(claim.stem());
        assertThat(end.path("result").textValue()).isEqualTo("by steward");
        assertThat(end.path("attempt").intValue()).isEqualTo(2);
    }

    @Test
    void a_task_whose_record_was_torn_runs_again_because_nobody_was_told() throws IOException {
        FileClaim claim = ownersClaim();
        owner.done(claim, "by owner");
        Path log = world.layout()
                .outcomes()
                .resolve(world.names(world.layout().outcomes()).get(0));
        truncate(log, Files.size(log) - 3);
        byte[] body = Arrays.copyOf(Files.readAllBytes(done(claim.stem())), (int) claim.closingBrace() + 1);
        body[body.length - 1] = '}';
        Files.write(done(claim.stem()), body);
        Files.move(
                done(claim.stem()),
                world.folder(TaskState.RUNNING).resolve(claim.name().fileName()));
        rescue();
        world.drain(steward);
        assertThat(world.terminal(claim.stem()).path("attempt").intValue()).isEqualTo(2);
    }

    @Test
    void a_log_is_not_dropped_while_its_outcomes_are_not_on_disk() throws IOException {
        FileClaim claim = ownersClaim();
        owner.done(claim, "by owner");
        steward.disk().fault(call -> call.is(Operation.FORCE_FILE_SYSTEM), Moment.BEFORE, DiskTrouble.inputOutput());
        assertThatThrownBy(() -> steward.rescue(owner.incarnation()::equals)).isInstanceOf(IOException.class);
        assertThat(world.names(world.layout().outcomes())).hasSize(1);
        assertThat(world.stateOf(claim.stem())).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_foreign_name_that_is_used_again_is_run_although_a_log_knows_it_as_decided() throws IOException {
        world.pendingFile("000001-nightly-000-w.task.json", QueueWorld.foreign("{\"night\": 1}"));
        owner.done(owner.claim(), "first night");
        world.pendingFile("000001-nightly-000-w.task.json", QueueWorld.foreign("{\"night\": 2}"));
        Actor fresh = world.actor("fresh");
        FileClaim second = (FileClaim) fresh.claim();
        assertThat(second.document().args().path("night").intValue()).isEqualTo(2);
        fresh.done(second, "second night");
        rescue();
        assertThat(world.names(TaskState.DONE)).hasSize(2);
    }
}
