package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A submit and a result with a payload, cut at every change: no document ever refers to nothing. */
@Tag("once")
class PayloadCrashTest {
    private static final String LARGE = "x".repeat(1 << 20);
    private static final Task TASK = Task.of("k").id("t").args(Map.of("text", LARGE));

    @TempDir
    private Path folder;

    private int worlds;

    private QueueWorld world() throws IOException {
        return QueueWorld.in(folder.resolve("w" + worlds++));
    }

    private static TaskQueue over(QueueWorld world, FaultyDisk disk) {
        return TaskQueue.inDirectory(world.layout(), QueueWorld.OPTIONS, world.ports(disk));
    }

    private static FaultyDisk disk() {
        return FaultyDisk.over(QuickDisk.local());
    }

    private static List<DiskCall> changes(FaultyDisk disk) {
        return disk.calls().stream().filter(call -> call.operation().isChange()).toList();
    }

    @Test
    void a_submit_that_is_cut_leaves_a_task_that_can_run_or_none() throws Exception {
        FaultyDisk whole = disk();
        over(world(), whole).submit(TASK);
        int changes = changes(whole).size();
        assertThat(changes).isGreaterThan(5);
        for (int nth = 1; nth <= changes; nth++)
            for (Moment moment : Moment.values()) {
                QueueWorld world = world();
                FaultyDisk disk = disk();
                disk.crash(nth, moment);
                TaskQueue cut = over(world, disk);
                assertThatThrownBy(() -> cut.submit(TASK)).isInstanceOf(CrashException.class);
                String where = "cut " + moment + " change " + nth + ", "
                        + changes(whole).get(nth - 1);
                List<String> pending = world.names(TaskState.PENDING).stream()
                        .filter(name -> name.endsWith(".task.json"))
                        .toList();
                assertThat(pending).as(where).hasSizeLessThan(2);
                if (!pending.isEmpty()) expectRunnable(world, where);
                world.queue.submit(TASK);
                expectRunnable(world, where + ", submitted again");
            }
    }

    private static void expectRunnable(QueueWorld world, String where) throws Exception {
        Actor heir = world.actor("heir");
        world.passPoll();
        Claim claim = heir.claim();
        assertThat(heir.queue().resolved(claim).args().path("text").asText())
                .as(where)
                .isEqualTo(LARGE);
        heir.done(claim, "fine");
    }

    /** After a power cut only what was forced is certain, in the order in which it was forced. */
    @Test
    void the_payload_is_forced_with_its_name_before_the_task_gets_its_own() throws IOException {
        FaultyDisk disk = disk();
        over(world(), disk).submit(TASK);
        List<DiskCall> calls = changes(disk);
        int named = indexOf(calls, call -> call.is(Operation.RENAME) && call.isIn("payloads"));
        int forced = indexOf(
                calls, call -> call.is(Operation.FORCE_FOLDER) && call.path().endsWith("payloads"));
        int published = indexOf(calls, call -> call.is(Operation.RENAME) && call.isIn("pending"));
        assertThat(named).isNotNegative().isLessThan(forced);
        assertThat(forced).isLessThan(published);
    }

    @Test
    void one_that_is_there_is_forced_too_before_another_task_relies_on_it() throws IOException {
        QueueWorld world = world();
        world.queue.submit(TASK);
        FaultyDisk disk = disk();
        over(world, disk).submit(TASK);
        List<DiskCall> calls = changes(disk);
        assertThat(calls).noneMatch(call -> call.is(Operation.CREATE) && call.isIn("payloads"));
        int forced = indexOf(
                calls, call -> call.is(Operation.FORCE_FOLDER) && call.path().endsWith("payloads"));
        int published = indexOf(calls, call -> call.is(Operation.RENAME) && call.isIn("pending"));
        assertThat(forced).isNotNegative().isLessThan(published);
    }

    private static int indexOf(List<DiskCall> calls, java.util.function.Predicate<DiskCall> which) {
        Optional<DiskCall> first = calls.stream().filter(which).findFirst();
        return first.map(calls::indexOf).orElse(-1);
    }

    @Test
    void a_result_that_is_cut_is_kept_whole_or_its_task_runs_again() throws Exception {
        int changes = settled(Integer.MAX_VALUE, Moment.BEFORE);
        assertThat(changes).isGreaterThan(5);
        for (int nth = 1; nth <= changes; nth++) for (Moment moment : Moment.values()) settled(nth, moment);
    }

    /** Settles with a large result on a disk that dies; gives the changes that were made. */
    private int settled(int nth, Moment moment) throws Exception {
        QueueWorld world = world();
        world.submit("t");
        Actor victim = world.actor("victim");
        Claim claim = victim.claim();
        victim.disk().forget();
        if (nth < Integer.MAX_VALUE) victim.disk().crash(nth, moment);
        try {
            victim.done(claim, LARGE);
            assertThat(nth).as("an uncut one ends").isEqualTo(Integer.MAX_VALUE);
        } catch (CrashException cut) {
            assertThat(nth).isLessThan(Integer.MAX_VALUE);
        }
        int changes = changes(victim.disk()).size();
        world.untilQuiet(world.actor("steward"), Set.of(victim.incarnation()));
        String where = "cut " + moment + " change " + nth;
        if (world.stateOf(claim.stem()) == TaskState.PENDING) world.drain(world.actor("heir"));
        TaskRecord record =
                world.queue.read(world.queue.locate(claim.stem()).orElseThrow()).orElseThrow();
        assertThat(record.view().state()).as(where).isEqualTo(TaskState.DONE);
        assertThat(record.result().asText()).as(where).isIn(LARGE, "by heir");
        return changes;
    }

    /** Bytes that were not forced may be torn by a power cut; the task says so, and a new submit mends the file. */
    @Test
    void a_torn_payload_is_told_and_mended_by_the_next_submit() throws Exception {
        QueueWorld world = world();
        world.queue.submit(TASK);
        Path payload = world.layout()
                .payloads()
                .resolve(world.names(world.layout().payloads()).get(0));
        Files.write(payload, new byte[LARGE.length()]);
        Actor actor = world.actor("worker");
        Claim claim = actor.claim();
        assertThatThrownBy(() -> actor.queue().resolved(claim))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining(payload + " is damaged");
        world.queue.submit(TASK);
        assertThat(actor.queue().resolved(claim).args().path("text").asText()).isEqualTo(LARGE);
    }
}
