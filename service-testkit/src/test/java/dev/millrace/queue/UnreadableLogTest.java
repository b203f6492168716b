package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One outcome log that cannot be read stops neither the rescue of other workers' tasks nor a worker that joins. */
class UnreadableLogTest {
    @TempDir
    private Path folder;

    private QueueWorld world;
    private Actor owner;
    private Actor other;
    private Actor steward;

    @BeforeEach
    void start() throws IOException {
        world = QueueWorld.in(folder);
        owner = world.actor("owner");
        other = world.actor("other");
        steward = world.actor("steward");
    }

    private Claim claimed(Actor actor, String id) throws IOException {
        world.submit(id);
        world.passPoll();
        return actor.claim();
    }

    private boolean readsLogOf(Actor actor, DiskCall call) {
        String name = String.valueOf(call.path().getFileName());
        return call.is(Operation.READ)
                && name.startsWith(actor.incarnation())
                && (name.endsWith(".log") || name.endsWith(".log.aside"));
    }

    private Fault badSectorInTheLogOf(Actor actor, Actor reader) {
        return reader.disk().fault(call -> readsLogOf(actor, call), Moment.BEFORE, DiskTrouble.inputOutput());
    }

    @Test
    void a_folder_with_a_logs_name_is_told_and_ignored() throws IOException {
        Path bad = Files.createDirectory(world.layout().outcomes().resolve(owner.incarnation() + ".0000.log"));
        Claim left = claimed(owner, "left");
        assertThat(steward.rescue(owner.incarnation()::equals)).isPositive();
        assertThat(world.stateOf(left.stem())).isEqualTo(TaskState.PENDING);
        world.passPoll();
        assertThat(world.actor("fresh").claim().stem()).isEqualTo(left.stem());
        assertThat(world.events.of(Event.Trouble.class).toString()).contains(bad.toString(), "remove it");
        assertThat(world.names(world.layout().outcomes()))
                .anyMatch(name -> name.startsWith(owner.incarnation() + ".0000.log"));
    }

    /** It might tell of a later outcome of one of their tasks: for a while that is waited for, but not for ever. */
    @Test
    void what_the_others_left_is_rescued_and_their_logs_are_dropped() throws IOException {
        owner.done(claimed(owner, "done"), "ok");
        Claim mine = claimed(owner, "of-the-owner");
        other.done(claimed(other, "done-too"), "ok");
        Claim theirs = claimed(other, "of-the-other");
        Fault bad = badSectorInTheLogOf(owner, steward);
        Set<String> dead = Set.of(owner.incarnation(), other.incarnation());
        steward.rescue(dead::contains);
        assertThat(world.stateOf(theirs.stem())).isEqualTo(TaskState.RUNNING);
        world.time.advance(Duration.ofMinutes(1));
        steward.rescue(dead::contains);
        assertThat(world.stateOf(theirs.stem())).isEqualTo(TaskState.PENDING);
        assertThat(world.stateOf(mine.stem())).isEqualTo(TaskState.RUNNING);
        assertThat(world.names(world.layout().outcomes()))
                .singleElement()
                .asString()
                .startsWith(owner.incarnation());
        assertThat(world.events.of(Event.Trouble.class).toString()).contains(owner.incarnation(), "run again");
        bad.close();
        world.untilQuiet(steward, dead);
        assertThat(world.stateOf(mine.stem())).isEqualTo(TaskState.PENDING);
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    /** As does a dead one's. */
    @Test
    void a_living_workers_log_that_cannot_be_read_holds_up_the_others_for_a_minute_only() throws IOException {
        owner.done(claimed(owner, "done"), "ok");
        other.done(claimed(other, "done-too"), "ok");
        Claim theirs = claimed(other, "of-the-other");
        badSectorInTheLogOf(owner, steward);
        steward.rescue(other.incarnation()::equals);
        assertThat(world.stateOf(theirs.stem())).isEqualTo(TaskState.RUNNING);
        world.time.advance(Duration.ofMinutes(1));
        steward.rescue(other.incarnation()::equals);
        assertThat(world.stateOf(theirs.stem())).isEqualTo(TaskState.PENDING);
    }

    @Test
    void a_worker_that_joins_waits_a_minute_for_a_log_that_cannot_be_read_and_then_works() throws IOException {
        owner.done(claimed(owner, "done"), "ok");
        world.submit("next");
        world.passPoll();
        Actor fresh = world.actor("fresh");
        badSectorInTheLogOf(owner, fresh);
        assertThatThrownBy(fresh.queue()::claim).hasMessageContaining("Input/output");
        world.time.advance(Duration.ofMinutes(1));
        assertThat(fresh.claim().id()).isEqualTo("next");
    }

    @Test
    void a_task_that_cannot_be_mended_now_keeps_its_own_log_only() throws IOException {
        Claim first = claimed(owner, "first");
        owner.done(first, "ok");
        other.done(claimed(other, "second"), "ok");
        steward.disk()
                .fault(
                        call -> call.is(Operation.READ)
                                && call.path().toString().contains(first.stem()),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(() -> steward.rescue(incarnation -> true)).hasMessageContaining("Input/output");
        assertThat(world.names(world.layout().outcomes()))
                .singleElement()
                .asString()
                .startsWith(owner.incarnation());
    }

    @Test
    void a_damaged_second_run_does_not_keep_retention_from_its_work() throws IOException {
        Claim old = claimed(owner, "old");
        owner.done(old, "ok");
        Instant before = world.time.instant().minus(Duration.ofDays(2));
        Files.setLastModifiedTime(
                world.folder(TaskState.DONE).resolve(old.stem() + ".task.json"), FileTime.from(before));
        Files.createDirectories(world.layout().secondRuns());
        Files.writeString(world.layout().secondRuns().resolve("pending.x.task.json"), "{");
        RetentionLimits.Limit day = RetentionLimits.Limit.of(Duration.ofDays(1), 0);
        assertThatThrownBy(() -> steward.queue().sweep(new RetentionLimits(day, day, day, day)))
                .hasMessageContaining("pending.x.task.json");
        assertThat(world.names(TaskState.DONE)).isEmpty();
    }
}
