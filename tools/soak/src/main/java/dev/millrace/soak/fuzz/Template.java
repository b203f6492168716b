package dev.millrace.soak.fuzz;

import dev.millrace.event.EventSink;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.StewardReport;
import dev.millrace.lifecycle.WorkerOrders;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.queue.Claim;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.recurring.RecurringTask;
import dev.millrace.recurring.RecurringTasks;
import dev.millrace.task.Outcome;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.Task;
import dev.millrace.testkit.MemoryDisk;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A queue in which everything has happened once, as it lies on disk: one good document of every sort, in its place. */
final class Template {
    static final Path ROOT = Path.of("/", "fuzz", "queue");
    private static final String DEAD = "0123456789abcdef0123456789abcdef";

    private final FuzzWorld world;
    private final QueuePorts ports;

    private Template(FuzzWorld world, QueuePorts ports) {
        this.world = world;
        this.ports = ports;
    }

    static Map<Path, byte[]> files() throws IOException, InterruptedException {
        SteppedTime time = SteppedTime.create();
        MemoryDisk disk = MemoryDisk.create(time);
        RandomGenerator random = new SplittableRandom(7);
        FuzzWorld world = new FuzzWorld(disk, time, random, ROOT);
        Template template = new Template(world, new QueuePorts(disk, time, random, EventSink.silent()));
        template.submit();
        template.work();
        template.order();
        return world.files();
    }

    private void submit() throws IOException, InterruptedException {
        TaskQueue queue = world.queue();
        world.write(
                world.layout().runtimes(),
                "{\"runtimes\":{\"quick\":1.0E-5}}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        queue.submit(Task.of("k").id("first").args(Map.of("n", 1)));
        queue.submit(Task.of("k").id("alone").uniqueKey("one of a kind"));
        queue.submit(Task.of("k").id("waits").dependsOn("first"));
        queue.submit(Task.of("k")
                .id("retried")
                .retry(RetryPolicy.fixed(Duration.ofMinutes(1)))
                .maxAttempts(5));
        queue.submit(Task.of("k").id("keyed").concurrencyKey("door"));
        queue.submit(Task.of("k").id("later").notBefore(world.time().instant().plusSeconds(3_000)));
        queue.submitGroup(new TaskGroup(
                "group",
                List.of(Task.of("k").id("g1"), Task.of("k").id("g2")),
                Task.of("k").id("back")));
        List<Task> quick = new ArrayList<>();
        for (int i = 0; i < 5; i++) quick.add(Task.of("quick").id("q" + i));
        queue.submitAll(quick);
        RecurringTasks recurring = RecurringTasks.in(queue, List.of(), ports, () -> {});
        recurring.define(RecurringTask.fromJson(
                "nightly", Json.object().put("every", "1m").put("kind", "k")));
    }

    /** A worker that ends some of them, leaves some half done, and is never seen again. */
    private void work() throws IOException, InterruptedException {
        WorkerQueue worker = world.join("dead");
        List<Claim> claims = new ArrayList<>();
        for (Optional<Claim> claim = worker.claim(); claim.isPresent() && claims.size() < 12; claim = worker.claim())
            claims.add(claim.get());
        for (Claim claim : claims) settle(worker, claim);
        world.time().advance(Duration.ofMinutes(2));
        world.tolerant(dev.millrace.recurring.RecurringDuty.of(world.queue(), List.of(), ports, () -> true)::step);
    }

    private static void settle(WorkerQueue worker, Claim claim) throws IOException {
        switch (claim.id()) {
            case "first", "q0", "g1" -> worker.settle(claim, new Outcome.Done(Json.tree(Map.of("ok", true))));
            case "q1" -> worker.settle(claim, new Outcome.Failed("as it was asked to", "at once"));
            case "retried" -> worker.settle(claim, new Outcome.Retry("once more", Duration.ofMinutes(1)));
            default -> {}
        }
    }

    private void order() throws IOException, InterruptedException {
        TaskQueue queue = world.queue();
        queue.control().pause(Optional.of("held"), "for a while");
        queue.control().cancel(queue.find("keyed").get(0).stem(), "called off");
        WorkerOrders.drainWithin(world.disk(), world.layout(), "dead", Duration.ofSeconds(5));
        beat(DEAD).writeTo(world);
        new StewardReport(
                        "dead",
                        DEAD,
                        world.time().epochSeconds(),
                        3,
                        world.time().epochSeconds(),
                        QueueCounts.none(),
                        new QueueAges(OptionalDouble.of(1), OptionalDouble.empty(), OptionalDouble.empty()))
                .write(world.disk(), world.layout());
    }

    private record Beat(Heartbeat heartbeat) {
        void writeTo(FuzzWorld world) throws IOException {
            Heartbeats.write(world.disk(), world.layout().heartbeats(), heartbeat);
        }
    }

    private Beat beat(String incarnation) {
        return new Beat(heartbeat("dead", incarnation, world.time().epochSeconds()));
    }

    static Heartbeat heartbeat(String worker, String incarnation, double now) {
        return new Heartbeat(
                0,
                worker,
                new ProcessIdentity(1, "t1", "host", "host|boot|ns"),
                incarnation,
                now,
                Heartbeat.State.PROCESSING,
                4,
                now - 60,
                2,
                List.of(new Heartbeat.CurrentTask(
                        "first", "k", now - 1, now, Optional.of(new Heartbeat.Progress(0.5, "half")))),
                Optional.of(new Heartbeat.Load(0.25, 1 << 20, 12)),
                Optional.of(new Heartbeat.Recent(60, 4, 1, 0.001, 0.002, 0.1, 0.2)));
    }
}
