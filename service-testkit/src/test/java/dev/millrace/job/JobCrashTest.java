package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.Json;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import dev.millrace.testkit.TestService;
import dev.millrace.testkit.TestServiceOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each change of a job, cut at every change that it makes on disk. Whoever comes by next finishes it, or finds that it has
 * never begun: no step runs twice for it, and none is forgotten.
 */
@Tag("once")
class JobCrashTest {
    private static final int ENOUGH_STEPS = 8;

    /** What is cut, and in which state the job is before. */
    enum Cut {
        SUBMIT,
        RESUME,
        RECOVER,
        MODIFY,
        MODIFY_PAUSED,
        CANCEL
    }

    /** A service, a job of three steps, and what has run since the cut. */
    private static final class World implements AutoCloseable {
        private final List<String> ran = new ArrayList<>();
        private boolean broken = true;
        private final TestService service;

        World() {
            service = TestService.open(TestServiceOptions.defaults().withHandler("work", () -> task -> {
                String step = task.id().substring(task.id().lastIndexOf('.') + 1);
                ran.add(step);
                if (broken && step.equals("b")) throw new IOException("broken");
                return step;
            }));
        }

        private Jobs jobs() {
            QueuePorts ports = new QueuePorts(service.disk(), service.time(), new Random(3), service.events());
            return Jobs.in(service.queue(), ports, () -> {});
        }

        void prepare(Cut cut) throws Exception {
            if (cut == Cut.SUBMIT) return;
            jobs().submit(spec("c"), "", false);
            if (cut == Cut.CANCEL) return;
            if (cut == Cut.MODIFY_PAUSED) {
                broken = false;
                jobs().pause("job", Jobs.OPERATOR, "lunch");
                return;
            }
            service.drain();
            jobs().step();
            broken = false;
            ran.clear();
        }

        void act(Cut cut) throws Exception {
            switch (cut) {
                case SUBMIT -> jobs().submit(spec("c"), "", false);
                case RESUME -> jobs().resume("job");
                case RECOVER -> jobs().recover("job", Set.of(), Optional.empty(), false);
                case MODIFY, MODIFY_PAUSED -> jobs().modify("job", spec("d"), "");
                case CANCEL -> jobs().cancel("job", "not needed");
            }
        }

        Optional<JobState> state() throws IOException {
            return jobs().find("job").map(JobView::state);
        }

        /** Somebody else rescues what the dead one had claimed, and looks after the jobs; and the workers work. */
        void settle() throws Exception {
            try (WorkerQueue steward = service.queue().join(Member.newLife(0, "steward", new Random(4)))) {
                steward.rescue(incarnation -> true);
            }
            Jobs next = jobs();
            for (int i = 0; i < ENOUGH_STEPS; i++) {
                next.step();
                service.advance(Duration.ofSeconds(1));
                service.drain();
            }
        }

        @Override
        public void close() {
            service.close();
        }
    }

    private static JobSpec spec(String last) {
        var job = Json.object();
        var tasks = job.putArray("tasks");
        tasks.addObject().put("name", "a").put("kind", "work");
        tasks.addObject()
                .put("name", "b")
                .put("kind", "work")
                .putArray("depends_on")
                .add("a");
        tasks.addObject()
                .put("name", last)
                .put("kind", "work")
                .putArray("depends_on")
                .add("b");
        return JobSpec.of(job, "job");
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void wherever_it_is_cut_the_next_one_finishes_it_or_it_never_began(Cut cut) throws Exception {
        for (Moment moment : Moment.values())
            for (int nth = 1; isCut(cut, nth, moment); nth++) assertThat(nth).isLessThan(200);
    }

    /** A power cut would take the record, and leave tasks of a job that nobody knows. */
    @Test
    void a_record_that_its_dead_writer_has_not_forced_is_on_disk_before_its_tasks() throws Exception {
        for (int nth = 1; nth < 200; nth++)
            try (World world = new World()) {
                world.service.disk().crash(nth, Moment.BEFORE);
                assertThatThrownBy(() -> world.act(Cut.SUBMIT)).isInstanceOf(CrashException.class);
                List<DiskCall> calls = world.service.disk().calls();
                boolean isUnforced = isForceOfRecords(calls.get(calls.size() - 1));
                world.service.disk().restart();
                if (!isUnforced) continue;
                int before = calls.size();
                world.jobs().step();
                List<DiskCall> since = world.service.disk().calls();
                assertThat(since.subList(before, since.size()))
                        .filteredOn(call -> isForceOfRecords(call) || call.is(Operation.CREATE))
                        .first()
                        .matches(JobCrashTest::isForceOfRecords);
                return;
            }
        throw new AssertionError("no record is forced");
    }

    private static boolean isForceOfRecords(DiskCall call) {
        return call.is(Operation.FORCE_FOLDER) && call.path().endsWith("open");
    }

    /** False when the work was done before the cut came. */
    private static boolean isCut(Cut cut, int nth, Moment moment) throws Exception {
        try (World world = new World()) {
            world.prepare(cut);
            if (cut == Cut.SUBMIT) world.broken = false;
            world.service.disk().crash(nth, moment);
            boolean crashed = false;
            try {
                world.act(cut);
            } catch (CrashException dead) {
                crashed = true;
            }
            world.service.disk().restart();
            if (crashed && isAtALock(world)) return true;
            String where = cut + " cut " + moment + " change " + nth;
            world.settle();
            expect(cut, where, world);
            return crashed;
        }
    }

    /** The system frees the lock of the dead; a disk in memory does not know that somebody died. */
    private static boolean isAtALock(World world) {
        List<DiskCall> changes = world.service.disk().calls().stream()
                .filter(call -> call.operation().isChange())
                .toList();
        return changes.get(changes.size() - 1).is(DiskCall.Operation.LOCK);
    }

    private static void expect(Cut cut, String where, World world) throws Exception {
        Optional<JobState> found = world.state();
        if (cut == Cut.SUBMIT && found.isEmpty()) {
            assertThat(world.ran).as(where).isEmpty();
            world.act(cut);
            world.settle();
        } else if (cut == Cut.CANCEL) {
            if (found.filter(JobState.CANCELLED::equals).isEmpty()) world.act(cut);
            assertThat(Collections.frequency(world.ran, "c")).as(where).isLessThan(2);
            return;
        } else if (found.filter(cut == Cut.MODIFY_PAUSED ? JobState.PAUSED::equals : JobState.FAILED::equals)
                .isPresent()) {
            assertThat(world.ran).as(where).isEmpty();
            world.act(cut);
            world.settle();
        }
        if (cut == Cut.RECOVER) {
            assertThat(world.ran).as(where).isEmpty();
            assertThat(world.state()).as(where).contains(JobState.PAUSED);
            world.jobs().resume("job");
            world.settle();
        }
        assertThat(world.state()).as(where).contains(JobState.COMPLETED);
        List<String> expected = switch (cut) {
            case SUBMIT -> List.of("a", "b", "c");
            case MODIFY_PAUSED -> List.of("a", "b", "d");
            case MODIFY -> List.of("b", "d");
            default -> List.of("b", "c");
        };
        assertThat(world.ran).as(where).isEqualTo(expected);
    }
}
