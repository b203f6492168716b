package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Turns what somebody wants to submit into documents, and refuses what no worker would run. */
final class Drafts {
    private static final int LANES = 1 << 16;
    private static final List<String> OURS_TO_WRITE = List.of("schema", "task_id", "created_at");

    /** Unique names of the tasks for which one waits. */
    static final String WAITS_FOR = "waits_for";

    /** The group of which a task is the callback. */
    static final String CALLBACK_OF = "callback_of";

    /** The unique name of the callback's first run, where it is run again. */
    static final String FIRST = "first";

    /** What the queue knows of tasks that wait for others, and nobody gives it. */
    static final List<String> QUEUES = List.of(WAITS_FOR, CALLBACK_OF);

    /** What needs a file of its own: it is looked for by name, moved or ordered by itself. */
    private static final List<String> SINGLE =
            List.of("unique_key", "concurrency_key", "depends_on", "not_before", JobTaskId.KEY);

    private final QueuePorts ports;
    private final SubmitSequence sequence;
    private final int lane;
    private final Payloads payloads;

    Drafts(QueueLayout layout, QueuePorts ports, Payloads payloads) {
        this.payloads = payloads;
        this.ports = ports;
        this.sequence =
                new SubmitSequence(ports.disk(), ports.time(), layout.control().resolve("sequence"));
        this.lane = ports.random().nextInt(LANES);
    }

    /**
     * A task that was found fit.
     *
     * @param document the document; complete when it bears an id already
     * @param id the author's id, or empty
     * @param order where it stands in line
     * @param later true when it is not due yet
     * @param kind empty for the default handler
     * @param single true when it needs a file of its own
     * @param depth 0, or higher than that of every task for which it waits
     */
    record Draft(Bytes document, String id, TaskOrder order, boolean later, String kind, boolean single, int depth) {
        TaskState state() {
            if (depth > 0) return TaskState.BLOCKED;
            return later ? TaskState.SCHEDULED : TaskState.PENDING;
        }

        String fileName(String id) {
            return fileName(id, 0);
        }

        /** @param returns 1 for a task that waits for others no more, else 0 */
        String fileName(String id, int returns) {
            TaskName name = new TaskName(order.stem(id), 1, returns);
            return state() == TaskState.SCHEDULED ? name.scheduledFileName(order.dueMicros() / 1_000) : name.fileName();
        }

        /** The same in a file of its own. */
        Draft alone(int newDepth) {
            return new Draft(document, id, order, later, kind, true, newDepth);
        }

        /** The document under an id, which is put behind the other keys when it is ours. */
        byte[] json(String newId) {
            return document.hasId ? document.all : document.with(",\"task_id\":\"" + newId + "\"}");
        }
    }

    /** A document as it is written. */
    static final class Bytes {
        private final byte[] all;
        private final boolean hasId;
        private final boolean refers;

        private Bytes(byte[] all, boolean hasId, boolean refers) {
            this.all = all;
            this.hasId = hasId;
            this.refers = refers;
        }

        /** The document with another end instead of its last brace. */
        private byte[] with(String end) {
            byte[] tail = end.getBytes(StandardCharsets.US_ASCII);
            byte[] longer = Arrays.copyOf(all, all.length - 1 + tail.length);
            System.arraycopy(tail, 0, longer, all.length - 1, tail.length);
            return longer;
        }
    }

    String newId() {
        return TaskId.random(ports.random()).value();
    }

    /** Its large values are on disk when this returns. */
    Draft drafted(Task task) throws SubmitException {
        String id = task.id().map(TaskId::value).orElse("");
        Bytes document = document(task, id);
        long now = sequence.next();
        long due = dueMicros(task, now);
        boolean targeted = isTargeted(task);
        String kind = task.keys().path("kind").asText("");
        boolean keyed = !task.keys().path("concurrency_key").asText("").isEmpty();
        TaskMarks marks = new TaskMarks(targeted, keyed, TaskMarks.tagOf(kind));
        TaskOrder order = new TaskOrder(priorityOf(task), Math.min(due, TaskOrder.LARGEST), lane, marks);
        boolean later = due > TaskOrder.micros(ports.time().instant()) && due > now;
        boolean single = document.refers || targeted || SINGLE.stream().anyMatch(task.keys()::hasNonNull);
        return new Draft(document, id, order, later, kind, single, 0);
    }

    private static int priorityOf(Task task) {
        JsonNode priority = task.keys().path("priority");
        return priority.isNumber() ? priority.intValue() : TaskOrder.DEFAULT_PRIORITY;
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

    private Bytes document(Task task, String id) throws SubmitException {
        ObjectNode document = Json.object();
        document.setAll(task.keys());
        for (String key : OURS_TO_WRITE)
            if (document.has(key) && !key.equals("task_id"))
                throw new InvalidTaskException(key, document.get(key).toString(), "is written by submit; leave it out");
        document.put("schema", TaskDocument.SCHEMA);
        if (!id.isEmpty() && !document.has("task_id")) document.put("task_id", id);
        document.put("created_at", ports.time().epochSeconds());
        if (!document.has("task_name")) document.set("task_name", nameOf(task));
        if (!document.has("worker")) document.put("worker", "");
        if (!document.has("worker_idx")) document.putNull("worker_idx");
        if (!document.has("args")) document.putObject("args");
        return checked(document, id, payloads.shorten(document));
    }

    private static JsonNode nameOf(Task task) {
        JsonNode kind = task.keys().path("kind");
        return kind.isMissingNode() ? Json.tree("task") : kind;
    }

    /** What we submit must pass the very checks that a stranger's file must pass. */
    private static Bytes checked(ObjectNode document, String id, boolean refers) {
        byte[] bytes = Json.bytes(document);
        if (bytes.length > TaskDocument.MAX_BYTES)
            throw new InvalidTaskException(
                    "task_id",
                    id,
                    "is " + bytes.length + " bytes long as a document; at most " + TaskDocument.MAX_BYTES
                            + ": only args, plan and metadata may be larger; put other large values there");
        try {
            Json.check(bytes);
            TaskDocument.checked(document);
            return new Bytes(bytes, document.has("task_id"), refers);
        } catch (CorruptTaskException e) {
            throw new InvalidTaskException("task_id", id, e.reason());
        } catch (MalformedJsonException e) {
            throw new InvalidTaskException("task_id", id, e.reason());
        }
    }
}
