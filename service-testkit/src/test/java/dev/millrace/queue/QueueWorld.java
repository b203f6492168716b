package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.FaultyDisk;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/** A queue directory on the real disk of this machine, with clocks that obey, seeded random, and actors with disks that break. */
final class QueueWorld {
    static final QueueOptions OPTIONS = QueueOptions.defaults();
    static final Duration POLL = OPTIONS.poll();

    final Path root;
    final SteppedTime time = SteppedTime.create();
    final RecordingEvents events = RecordingEvents.create();
    final RandomGenerator random;
    final TaskQueue queue;
    private final QueueOptions options;
    private final List<Actor> actors = new ArrayList<>();

    private QueueWorld(Path root, long seed, QueueOptions options) throws IOException {
        this.root = root;
        this.options = options;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.queue = TaskQueue.inDirectory(new QueueLayout(root), options, ports(QuickDisk.local()));
        queue.prepare();
    }

    static QueueWorld in(Path folder) throws IOException {
        return new QueueWorld(folder.resolve("queue"), 1, OPTIONS);
    }

    static QueueWorld in(Path folder, QueueOptions options) throws IOException {
        return new QueueWorld(folder.resolve("queue"), 1, options);
    }

    static QueueWorld in(Path folder, long seed) throws IOException {
        return new QueueWorld(folder.resolve("queue"), seed, OPTIONS);
    }

    QueuePorts ports(Disk disk) {
        return new QueuePorts(disk, time, random, events);
    }

    /** The queue as somebody else sees it, on a disk of his own. */
    TaskQueue queueOn(Disk disk) {
        return TaskQueue.inDirectory(layout(), options, ports(disk));
    }

    QueueLayout layout() {
        return queue.layout();
    }

    Path folder(TaskState state) {
        return layout().folder(state);
    }

    /** A worker with a disk of its own. */
    record Actor(WorkerQueue queue, FaultyDisk disk) {
        Claim claim() throws IOException {
            return queue.claim().orElseThrow(() -> new AssertionError("nothing to claim"));
        }

        String incarnation() {
            return queue.member().incarnation();
        }

        Settlement done(Claim claim, String result) throws IOException {
            return queue.settle(claim, QueueWorld.done(result));
        }

        /** One steward's round. */
        int rescue(Predicate<String> isDead) throws IOException {
            return queue.rescue(isDead);
        }
    }

    Actor actor(String name) {
        return actor(name, QuickDisk.local());
    }

    Actor actor(String name, Disk below) {
        FaultyDisk disk = FaultyDisk.over(below);
        int id = actors.size();
        Actor actor = new Actor(queueOn(disk).join(Member.newLife(id, name, random)), disk);
        actors.add(actor);
        return actor;
    }

    Submission submit(String id) throws IOException {
        return queue.submit(Task.of("k").id(id));
    }

    static Outcome done(String result) {
        return new Outcome.Done(TextNode.valueOf(result));
    }

    static Outcome retry(Duration delay) {
        return new Outcome.Retry("not yet", delay);
    }

    void passPoll() {
        time.advance(POLL);
    }

    List<String> names(TaskState state) throws IOException {
        return Disk.local().sortedNames(folder(state));
    }

    List<String> names(Path folder) throws IOException {
        return Disk.local().sortedNames(folder);
    }

    /** Every place in which a task's file lies, as folder/name; more than one is a broken promise. */
    List<String> placesOf(String stem) throws IOException {
        List<String> places = new ArrayList<>();
        for (TaskState state : TaskState.values())
            for (String name : names(state))
                if (TaskName.isTaskFile(name) && stemIn(state, name).equals(stem))
                    places.add(state.word() + "/" + name);
        return places;
    }

    private static String stemIn(TaskState state, String name) {
        if (state == TaskState.SCHEDULED)
            return TaskName.parse(Promotion.taskFileName(name)).stem();
        return ClaimName.parse(name)
                .map(ClaimName::task)
                .orElseGet(() -> TaskName.parse(name))
                .stem();
    }

    TaskState stateOf(String stem) throws IOException {
        List<String> places = placesOf(stem);
        assertThat(places).as("places of " + stem).hasSize(1);
        return TaskState.of(places.get(0).substring(0, places.get(0).indexOf('/')))
                .orElseThrow();
    }

    /** A terminal task's document, read strictly. */
    ObjectNode terminal(String stem) throws IOException {
        for (TaskState state : List.of(TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)) {
            Path file = folder(state).resolve(stem + TaskName.SUFFIX);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return document(file);
        }
        throw new AssertionError(stem + " is not terminal but in " + placesOf(stem));
    }

    static ObjectNode document(Path file) throws IOException {
        try {
            return Json.parseObject(Files.readAllBytes(file));
        } catch (MalformedJsonException e) {
            throw new AssertionError(file + " " + e.reason() + ": " + Files.readString(file), e);
        }
    }

    /** Drains everything that can be claimed; gives the results in order. */
    List<String> drain(Actor actor) throws IOException {
        List<String> stems = new ArrayList<>();
        for (int idle = 0; idle < 3; passPoll()) {
            Optional<Claim> claim = actor.queue().claim();
            if (claim.isEmpty()) {
                idle++;
                continue;
            }
            idle = 0;
            stems.add(claim.get().stem());
            actor.done(claim.get(), "by " + actor.queue().member().worker());
        }
        return stems;
    }

    /** Rescues, promotes and publishes until nothing moves any more. */
    void untilQuiet(Actor steward, Set<String> dead) throws IOException {
        int moved = 1;
        for (int round = 0; moved > 0; round++) {
            assertThat(round).as("rounds of a steward").isLessThan(20);
            moved = steward.rescue(dead::contains)
                    + steward.queue().promote()
                    + steward.queue().finishUnpublished();
            steward.queue().dropFinishedLogs();
        }
    }

    /** Writes a file as a stranger does. */
    Path pendingFile(String name, byte[] content) throws IOException {
        return Files.write(folder(TaskState.PENDING).resolve(name), content);
    }

    Path pendingFile(String name, String content) throws IOException {
        return pendingFile(name, content.getBytes(StandardCharsets.UTF_8));
    }

    static String foreign(String args) {
        return "{\"schema\": \"agi.service.task.v1\", \"task_id\": \"f\", \"worker\": \"\", \"worker_idx\": null, \"args\": "
                + args + "}";
    }

    /** As above, with more keys. */
    static String foreignWith(Map<String, ?> keys) throws IOException {
        try {
            ObjectNode document = Json.parseObject(foreign("{}").getBytes(StandardCharsets.UTF_8));
            keys.forEach((key, value) -> document.set(key, Json.tree(value)));
            return document.toString();
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    /** A document of kind "k", as short as a stranger may write it, with more keys. */
    static String foreignTask(String keys) {
        return "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\"" + (keys.isEmpty() ? "" : ", " + keys) + "}";
    }

    /** Writes a file that is not due yet as a stranger does, whose name tells when it is. */
    Path scheduledFile(Duration ahead, String name, String content) throws IOException {
        String due = Long.toString(time.millis() + ahead.toMillis());
        return Files.writeString(folder(TaskState.SCHEDULED).resolve(due + "-" + name), content);
    }

    /** Why a quarantined file was refused, from the sidecar; also checks the sidecar's form. */
    String whyQuarantined(String failedName) throws IOException {
        Path file = folder(TaskState.FAILED).resolve(failedName);
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .as(file + " exists")
                .isTrue();
        ObjectNode sidecar = document(Quarantine.sidecarOf(file));
        assertThat(sidecar.path("schema").textValue()).isEqualTo("millrace.quarantine.v1");
        assertThat(sidecar.path("file").isTextual()).isTrue();
        assertThat(sidecar.path("at").isNumber()).isTrue();
        JsonNode reason = sidecar.path("reason");
        assertThat(reason.textValue()).isNotBlank();
        assertThat(sidecar.size()).isEqualTo(4);
        return reason.textValue();
    }

    /** Every file below the queue with its bytes, for comparing. */
    Map<String, String> tree() throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList())
                tree.put(
                        root.relativize(path).toString(),
                        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                                ? Files.readString(path, StandardCharsets.ISO_8859_1) + "@"
                                        + Files.getLastModifiedTime(path)
                                : "");
        }
        return tree;
    }
}
