package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes new tasks: everything is checked before anything is written, and nobody is told before it is durable. */
final class Submitter {
    private static final int LANES = 1 << 16;
    private static final List<String> OURS_TO_WRITE = List.of("schema", "task_id", "created_at");

    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final SubmitSequence sequence;
    private final Publisher publisher;
    private final int lane;

    Submitter(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.sequence =
                new SubmitSequence(ports.disk(), ports.time(), layout.control().resolve("sequence"));
        this.publisher = new Publisher(layout, ports.disk());
        this.lane = ports.random().nextInt(LANES);
    }

    Submission submit(Task task) throws IOException {
        return submitAll(List.of(task)).get(0);
    }

    List<Submission> submitAll(List<Task> tasks) throws IOException {
        List<Draft> drafts = new ArrayList<>();
        for (Task task : tasks) drafts.add(drafted(task));
        List<Submission> submitted = new ArrayList<>();
        for (Draft draft : drafts) submitted.add(publish(draft, submitted.size(), tasks.size()));
        return submitted;
    }

    private record Draft(String id, String stem, TaskState state, String fileName, String json) {}

    private Draft drafted(Task task) {
        String id = task.id().orElseGet(() -> TaskId.random(ports.random())).value();
        String json = new String(document(task, id), StandardCharsets.US_ASCII);
        long now = sequence.next();
        long due = dueMicros(task, now);
        TaskOrder order = new TaskOrder(priorityOf(task), Math.min(due, TaskOrder.LARGEST), lane, marksOf(task));
        TaskName name = new TaskName(order.stem(id), 1, 0);
        boolean later = due > TaskOrder.micros(ports.time().instant()) && due > now;
        String fileName = later ? name.scheduledFileName(due / 1_000) : name.fileName();
        return new Draft(id, name.stem(), later ? TaskState.SCHEDULED : TaskState.PENDING, fileName, json);
    }

    private static int priorityOf(Task task) {
        JsonNode priority = task.keys().path("priority");
        return priority.isNumber() ? priority.intValue() : TaskOrder.DEFAULT_PRIORITY;
    }

    private static TaskMarks marksOf(Task task) {
        String kind = task.keys().path("kind").asText("");
        boolean keyed = !task.keys().path("concurrency_key").asText("").isEmpty();
        return new TaskMarks(isTargeted(task), keyed, TaskMarks.tagOf(kind));
    }

    /** A truth value counts as a number, as it does for whoever reads the document. */
    private static boolean isTargeted(Task task) {
        JsonNode index = task.keys().path("worker_idx");
        return !task.keys().path("worker").asText("").isBlank() || index.isNumber() || index.isBoolean();
    }

    /** Tasks that are due at one moment keep the order of their submission: the last digits count on. */
    private static long dueMicros(Task task, long now) {
        JsonNode notBefore = task.keys().path("not_before");
        if (!notBefore.isNumber()) return now;
        long due = Math.round(notBefore.doubleValue() * 1e3) * 1_000;
        return due <= now ? now : due + now % 1_000;
    }

    private byte[] document(Task task, String id) {
        Map<String, JsonNode> keys = new TreeMap<>();
        for (Map.Entry<String, JsonNode> key : task.keys().properties()) keys.put(key.getKey(), key.getValue());
        for (String key : OURS_TO_WRITE)
            if (keys.containsKey(key) && !key.equals("task_id"))
                throw new InvalidTaskException(key, keys.get(key).toString(), "is written by submit; leave it out");
        keys.put("schema", Json.tree(TaskDocument.SCHEMA));
        keys.putIfAbsent("task_id", Json.tree(id));
        keys.put("created_at", Json.tree(ports.time().epochSeconds()));
        keys.putIfAbsent("task_name", keys.getOrDefault("kind", Json.tree("task")));
        keys.putIfAbsent("worker", Json.tree(""));
        keys.putIfAbsent("worker_idx", Json.tree(null));
        keys.putIfAbsent("args", Json.object());
        return checked(Json.bytes(keys), id);
    }

    /** What we submit must pass the very checks that a stranger's file must pass. */
    private static byte[] checked(byte[] bytes, String id) {
        if (bytes.length > TaskDocument.MAX_BYTES)
            throw new InvalidTaskException(
                    "task_id",
                    id,
                    "is " + bytes.length + " bytes long as a document; at most " + TaskDocument.MAX_BYTES
                            + ": put large values into a file and pass its path");
        try {
            TaskDocument.parse(bytes);
            return bytes;
        } catch (CorruptTaskException e) {
            throw new InvalidTaskException("task_id", id, e.reason());
        }
    }

    private Submission publish(Draft draft, int done, int all) throws SubmitException {
        Path folder = layout.folder(draft.state());
        Path target = folder.resolve(draft.fileName());
        try {
            write(folder, target, draft.json().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            String before = all == 1 ? "" : done + " of " + all + " tasks were accepted; ";
            throw new SubmitException(
                    before + "task " + draft.id() + " was not: cannot write " + target + " (" + e
                            + "). Is the service started, and the disk neither full nor read-only?",
                    e);
        }
        return new Submission(draft.id(), draft.stem(), draft.state(), target);
    }

    private void write(Path folder, Path target, byte[] bytes) throws IOException {
        Disk disk = ports.disk();
        Path draft = folder.resolve(".draft-" + target.getFileName() + ".tmp");
        disk.create(draft, bytes, options.durability());
        try {
            if (!publisher.move(draft, target)) throw new NoSuchFileException(draft.toString());
        } catch (IOException e) {
            disk.delete(draft);
            throw e;
        }
        if (options.durability() == Durability.FSYNC) disk.forceFolder(folder);
    }
}
