package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** What is done until it is cut. */
    enum Cut {
        SUBMIT {
            @Override
            void run(World world) throws IOException {
                TaskQueue mine = TaskQueue.inDirectory(
                        world.queue.layout(), QueueWorld.OPTIONS, world.queue.ports(world.victim.disk()));
                mine.submit(Task.of("k").id("t"));
            }

            @Override
            boolean mayVanish() {
                return true;
            }
        },
        CLAIM {
            @Override
            void prepare(World world) throws IOException {
                world.queue.submit("t");
            }

            @Override
            void run(World world) throws IOException {
                world.victim.claim();
            }
        },
        DONE {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), QueueWorld.done("by victim"));
            }
        },
        DONE_AFTER_RETRIES {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
                world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
                world.claimAgain();
                world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
                world.claimAgain();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), QueueWorld.done("by victim"));
            }
        },
        FAILED {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), new Outcome.Failed("by victim", "trace"));
            }
        },
        CANCELLED {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), new Outcome.Cancelled("by victim"));
            }
        },
        RETRY_AT_ONCE {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
            }
        },
        RETRY_LATER {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ofSeconds(1)));
            }
        },
        HAND_BACK {
            @Override
            void prepare(World world) throws IOException {
                world.claimed();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().settle(world.claim(), new Outcome.HandedBack("draining"));
            }
        },
        PROMOTION {
            @Override
            void prepare(World world) throws IOException {
                world.queue.queue.submit(Task.of("k")
                        .id("t")
                        .notBefore(world.queue.time.instant().plusSeconds(1)));
                world.queue.time.advance(Duration.ofSeconds(2));
            }

            @Override
            void run(World world) throws IOException {
                world.victim.queue().promote();
            }
        },
        RESCUE {
            @Override
            void prepare(World world) throws IOException {
                world.queue.submit("t");
                world.third().claim();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.rescue(world.third().incarnation()::equals);
            }
        },
        RESCUE_OF_A_LOGGED_OUTCOME {
            @Override
            void prepare(World world) throws IOException {
                world.queue.submit("t");
                world.thirdDiesAt(Operation.RENAME, Moment.BEFORE);
            }

            @Override
            void run(World world) throws IOException {
                world.victim.rescue(world.third().incarnation()::equals);
            }
        },
        RESCUE_OF_A_FENCED_OUTCOME {
            @Override
            void prepare(World world) throws IOException {
                world.queue.submit("t");
                world.thirdDiesAt(Operation.WRITE_AT, Moment.HALFWAY);
            }

            @Override
            void run(World world) throws IOException {
                world.victim.rescue(world.third().incarnation()::equals);
            }
        },
        TAKE_OVER_AND_FAIL {
            @Override
            void prepare(World world) throws IOException {
                world.queue.queue.submit(Task.of("k").id("t").maxAttempts(1));
                world.third().claim();
            }

            @Override
            void run(World world) throws IOException {
                world.victim.rescue(world.third().incarnation()::equals);
            }
        },
        QUARANTINE {
            @Override
            void prepare(World world) throws IOException {
                world.queue.pendingFile("t.task.json", "{ not json");
            }

            @Override
            void run(World world) throws IOException {
                assertThat(world.victim.queue().claim()).isEmpty();
            }
        },
        QUARANTINE_OF_A_PICKLE {
            @Override
            void prepare(World world) throws IOException {
                world.queue.pendingFile("t.task.pkl", "cos\nsystem\n");
            }

            @Override
            void run(World world) throws IOException {
                assertThat(world.victim.queue().claim()).isEmpty();
            }
        },
        REPLAY_AFTER_A_POWER_CUT {
            @Override
            void prepare(World world) throws IOException {
                world.queue.submit("t");
                Claim claim = world.third().claim();
                Settlement.Settled settled = (Settlement.Settled) world.third().done(claim, "by third");
                java.nio.file.Files.move(
                        settled.file(),
                        world.queue
                                .folder(TaskState.PENDING)
                                .resolve(claim.name().task().fileName()));
            }

            @Override
            void run(World world) throws IOException {
                world.victim.rescue(world.third().incarnation()::equals);
            }
        };

        void prepare(World world) throws IOException {}

        abstract void run(World world) throws IOException;

        /** True when nobody was told of the task before the cut. */
        boolean mayVanish() {
            return false;
        }
    }

    /** A queue, the member that dies, and one that may have died before. */
    private static final class World {
        final QueueWorld queue;
        final Actor victim;
        final Set<String> dead = new HashSet<>();
        private Optional<Actor> third = Optional.empty();
        private Optional<Claim> claim = Optional.empty();

        World(QueueWorld queue) {
            this.queue = queue;
            this.victim = queue.actor("victim");
            dead.add(victim.incarnation());
        }

        void claimed() throws IOException {
            queue.submit("t");
            claim = Optional.of(victim.claim());
        }

        void claimAgain() throws IOException {
            queue.passPoll();
            claim = Optional.of(victim.claim());
        }

        Claim claim() {
            return claim.orElseThrow();
        }

        Actor third() {
            if (third.isEmpty()) {
                third = Optional.of(queue.actor("third"));
                dead.add(third().incarnation());
            }
            return third.get();
        }

        /** The third settles its claim and dies at the first such change. */
        void thirdDiesAt(Operation operation, Moment moment) throws IOException {
            Claim mine = third().claim();
            third().disk().fault(call -> dies(call, operation), moment, path -> {
                throw new CrashException("third");
            });
            assertThatThrownBy(() -> third().done(mine, "by third")).isInstanceOf(CrashException.class);
        }

        private static boolean dies(DiskCall call, Operation operation) {
            return call.is(operation);
        }
    }

    private World world(String name, Cut cut) throws IOException {
        World world = new World(QueueWorld.in(folder.resolve(name)));
        cut.prepare(world);
        world.victim.disk().forget();
        return world;
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void wherever_a_step_is_cut_nothing_is_lost_doubled_or_left_behind(Cut cut) throws IOException {
        World whole = world("whole", cut);
        cut.run(whole);
        List<DiskCall> changes = whole.victim.disk().calls().stream()
                .filter(call -> call.operation().isChange())
                .toList();
        assertThat(changes).isNotEmpty();
        takeOver(cut, "uncut", whole, true);
        for (int nth = 1; nth <= changes.size(); nth++)
            for (Moment moment : Moment.values()) {
                World world = world(nth + "-" + moment, cut);
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

    private void takeOver(Cut cut, String where, World world, boolean logged) throws IOException {
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
    private static void expectOnePlace(Cut cut, String where, QueueWorld queue) throws IOException {
        List<String> places = new ArrayList<>();
        for (TaskState state : TaskState.values())
            for (String name : queue.names(state))
                if (name.endsWith(".task.json") || name.endsWith(".task.pkl")) places.add(state.word() + "/" + name);
        if (cut.mayVanish()) assertThat(places).as(where).hasSizeLessThan(2);
        else assertThat(places).as(where).hasSize(1);
    }

    private static void expectOutcome(Cut cut, String where, QueueWorld queue, boolean logged) throws IOException {
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
        if (cut.name().startsWith("DONE") || cut == Cut.FAILED || cut == Cut.CANCELLED) {
            String outcome =
                    document.path("result").asText(document.path("error").asText());
            if (logged) assertThat(outcome).as(where).isEqualTo("by victim");
        }
        if (cut == Cut.REPLAY_AFTER_A_POWER_CUT || cut == Cut.RESCUE_OF_A_FENCED_OUTCOME)
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
        assertThat(document.path("attempt").intValue()).as(where).isGreaterThan(before);
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
