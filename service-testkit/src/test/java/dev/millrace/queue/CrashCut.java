package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.time.Duration;

/** What is done until it is cut. */
enum CrashCut {
    SUBMIT {
        @Override
        void run(CrashWorld world) throws IOException {
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
        void prepare(CrashWorld world) throws IOException {
            world.queue.submit("t");
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.claim();
        }
    },
    DONE {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), QueueWorld.done("by victim"));
        }
    },
    DONE_AFTER_RETRIES {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
            world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
            world.claimAgain();
            world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
            world.claimAgain();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), QueueWorld.done("by victim"));
        }
    },
    FAILED {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), new Outcome.Failed("by victim", "trace"));
        }
    },
    CANCELLED {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), new Outcome.Cancelled("by victim"));
        }
    },
    RETRY_AT_ONCE {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ZERO));
        }
    },
    RETRY_LATER {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), QueueWorld.retry(Duration.ofSeconds(1)));
        }
    },
    HAND_BACK {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.claimed();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().settle(world.claim(), new Outcome.HandedBack("draining"));
        }
    },
    PROMOTION {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.queue.submit(
                    Task.of("k").id("t").notBefore(world.queue.time.instant().plusSeconds(1)));
            world.queue.time.advance(Duration.ofSeconds(2));
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.queue().promote();
        }
    },
    RESCUE {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.submit("t");
            world.third().claim();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.rescue(world.third().incarnation()::equals);
        }
    },
    RESCUE_OF_A_LOGGED_OUTCOME {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.submit("t");
            world.thirdDiesAt(Operation.RENAME, Moment.BEFORE);
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.rescue(world.third().incarnation()::equals);
        }
    },
    RESCUE_OF_A_FENCED_OUTCOME {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.submit("t");
            world.thirdDiesAt(Operation.WRITE_AT, Moment.HALFWAY);
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.rescue(world.third().incarnation()::equals);
        }
    },
    TAKE_OVER_AND_FAIL {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.queue.submit(Task.of("k").id("t").maxAttempts(1));
            world.third().claim();
        }

        @Override
        void run(CrashWorld world) throws IOException {
            world.victim.rescue(world.third().incarnation()::equals);
        }
    },
    QUARANTINE {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.pendingFile("t.task.json", "{ not json");
        }

        @Override
        void run(CrashWorld world) throws IOException {
            assertThat(world.victim.queue().claim()).isEmpty();
        }
    },
    QUARANTINE_OF_A_PICKLE {
        @Override
        void prepare(CrashWorld world) throws IOException {
            world.queue.pendingFile("t.task.pkl", "cos\nsystem\n");
        }

        @Override
        void run(CrashWorld world) throws IOException {
            assertThat(world.victim.queue().claim()).isEmpty();
        }
    },
    REPLAY_AFTER_A_POWER_CUT {
        @Override
        void prepare(CrashWorld world) throws IOException {
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
        void run(CrashWorld world) throws IOException {
            world.victim.rescue(world.third().incarnation()::equals);
        }
    };

    void prepare(CrashWorld world) throws IOException {}

    abstract void run(CrashWorld world) throws IOException;

    /** True when nobody was told of the task before the cut. */
    boolean mayVanish() {
        return false;
    }
}
