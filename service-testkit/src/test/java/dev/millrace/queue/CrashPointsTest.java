package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every step of a task's life, cut before, in the middle of and after each change that it makes on disk. A second member
 * then takes over, and nothing may be lost, doubled or left behind.
 */
class CrashPointsTest {
    @TempDir
    private Path folder;

    private CrashWorld world(String name, CrashCut cut) throws IOException {
        CrashWorld world = new CrashWorld(QueueWorld.in(folder.resolve(name)));
        cut.prepare(world);
        world.victim.disk().forget();
        return world;
    }

    @ParameterizedTest
    @EnumSource(CrashCut.class)
    void wherever_a_step_is_cut_nothing_is_lost_doubled_or_left_behind(CrashCut cut) throws IOException {
        CrashWorld whole = world("whole", cut);
        cut.run(whole);
        List<DiskCall> changes = whole.victim.disk().calls().stream()
                .filter(call -> call.operation().isChange())
                .toList();
        assertThat(changes).isNotEmpty();
        takeOver(cut, "uncut", whole, true);
        for (int nth = 1; nth <= changes.size(); nth++)
            for (Moment moment : Moment.values()) {
                CrashWorld world = world(nth + "-" + moment, cut);
                world.victim.disk().crash(nth, moment);
                assertThatThrownBy(() -> cut.run(world)).isInstanceOf(CrashException.class);
                String where = cut + " cut " + moment + " change " + nth + ", " + changes.get(nth - 1);
                boolean logged = isLogged(changes.subList(0, moment == Moment.AFTER ? nth : nth - 1));
                takeOver(cut, where, world, logged);
            }
    }

    private static boolean isLogged(List<DiskCall> done) {
        return done.stream().anyMatch(call -> call.is(Operation.FORCE_APPENDED) && call.isIn("outcomes"));
    }

    private void takeOver(CrashCut cut, String where, CrashWorld world, boolean logged) throws IOException {
        QueueWorld queue = world.queue;
        expectOnePlace(cut, where, queue);
        Actor heir = queue.actor("heir");
        queue.untilQuiet(heir, world.dead);
        expectOnePlace(cut, where, queue);
        assertThat(queue.names(TaskState.RUNNING)).as(where + ": running").isEmpty();
        queue.drain(heir);
        queue.time.advance(Duration.ofSeconds(5));
        queue.untilQuiet(heir, world.dead);
        queue.drain(heir);
        expectOutcome(cut, where, queue, logged);
        heir.queue().close();
        expectNothingLeft(where, queue);
    }

    /** In the middle of a submit there may be none, and a file that was never a task has no stem. */
    private static void expectOnePlace(CrashCut cut, String where, QueueWorld queue) throws IOException {
        List<String> places = new ArrayList<>();
        for (TaskState state : TaskState.values())
            for (String name : queue.names(state))
                if (name.endsWith(".task.json") || name.endsWith(".task.pkl")) places.add(state.word() + "/" + name);
        if (cut.mayVanish()) assertThat(places).as(where).hasSizeLessThan(2);
        else assertThat(places).as(where).hasSize(1);
    }

    private static void expectOutcome(CrashCut cut, String where, QueueWorld queue, boolean logged) throws IOException {
        if (cut.name().startsWith("QUARANTINE")) {
            List<String> refused = queue.names(TaskState.FAILED).stream()
                    .filter(name -> name.equals("t.task.json") || name.equals("t.task.pkl"))
                    .toList();
            assertThat(refused).as(where).hasSize(1);
            queue.whyQuarantined(refused.get(0));
            return;
        }
        List<TaskView> found = queue.queue.find("t");
        if (cut.mayVanish() && found.isEmpty()) return;
        assertThat(found).as(where).hasSize(1);
        assertThat(found.get(0).state().isTerminal()).as(where).isTrue();
        ObjectNode document = queue.terminal(found.get(0).stem());
        assertThat(document.path("status").textValue())
                .isEqualTo(found.get(0).state().word());
        expectSaneAttempts(where, document);
        if (cut.name().startsWith("DONE") || cut == CrashCut.FAILED || cut == CrashCut.CANCELLED) {
            String outcome =
                    document.path("result").asText(document.path("error").asText());
            if (logged) assertThat(outcome).as(where).isEqualTo("by victim");
        }
        if (cut == CrashCut.REPLAY_AFTER_A_POWER_CUT || cut == CrashCut.RESCUE_OF_A_FENCED_OUTCOME)
            assertThat(document.path("result").textValue()).as(where).isEqualTo("by third");
    }

    private static void expectSaneAttempts(String where, ObjectNode document) {
        int before = 0;
        for (JsonNode attempt : document.path("attempts")) {
            assertThat(attempt.path("attempt").intValue())
                    .as(where + ": " + document)
                    .isGreaterThan(before);
            before = attempt.path("attempt").intValue();
        }
        assertThat(document.path("attempt").intValue()).as(where).isGreaterThanOrEqualTo(before);
    }

    private static void expectNothingLeft(String where, QueueWorld queue) throws IOException {
        QueueLayout layout = queue.layout();
        assertThat(queue.names(layout.outcomes())).as(where + ": logs").isEmpty();
        Actor sweeper = queue.actor("sweeper");
        touchBack(queue);
        sweeper.queue().sweep(RetentionLimits.defaults());
        sweeper.queue().sweep(RetentionLimits.defaults());
        for (Path place : layout.folders())
            assertThat(queue.names(place)).as(where + ": " + place).noneMatch(name -> name.startsWith(".draft"));
        assertThat(queue.names(TaskState.RUNNING)).as(where).isEmpty();
        assertThat(queue.names(TaskState.PENDING)).as(where).isEmpty();
        assertThat(queue.names(TaskState.SCHEDULED)).as(where).isEmpty();
        assertThat(queue.names(layout.attempts())).as(where + ": attempts").isEmpty();
    }

    /** Files bear the time of the real clock; the world's clock is made to agree that they are old. */
    private static void touchBack(QueueWorld queue) throws IOException {
        queue.time.jumpWallClock(
                Duration.between(queue.time.instant(), java.time.Instant.now().plus(Duration.ofDays(15))));
    }
}
