package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Values that are too large for a task document, each in a file named by its content.
 *
 * <p>A file is written whole and forced before the document that refers to it gets its name, so a document never refers to
 * nothing, whenever the power is cut. Equal values share a file. Whoever needs a file again sets its time to now, which
 * keeps {@link PayloadSweep} from it until a document refers to it.
 */
final class Payloads {
    /** What may be large in a task that is submitted. */
    private static final List<String> GIVEN = List.of("args", "plan", "metadata");

    private static final List<String> ALL = List.of("args", "plan", "metadata", "result", "logs");

    /** A character takes at most so many bytes of JSON in ASCII. */
    private static final int MOST_ESCAPED = 6;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final PayloadLimits limits;
    private final Durability durability;

    Payloads(QueueLayout layout, QueuePorts ports, PayloadLimits limits, Durability durability) {
        this.layout = layout;
        this.ports = ports;
        this.limits = limits;
        this.durability = durability;
    }

    // ------------------------------------------------------------------ keeping

    /**
     * Puts the largest values of a document into files until it is small enough; true when there was one.
     *
     * @throws InvalidTaskException when one is too large even for that, or they are together
     * @throws SubmitException when the disk refuses
     */
    boolean shorten(ObjectNode document) throws SubmitException {
        boolean any = requireReferences(document);
        while (isTooLarge(document)) {
            Optional<String> key = GIVEN.stream()
                    .filter(document::has)
                    .filter(one -> !PayloadReference.isMeantBy(document.path(one)))
                    .max(Comparator.comparingLong(one -> sizeBound(document.path(one), Long.MAX_VALUE)));
            if (key.isEmpty() || sizeBound(document.path(key.get()), Long.MAX_VALUE) < 1_000) return any;
            document.set(key.get(), submitted(key.get(), document.path(key.get())));
            any = true;
        }
        return any;
    }

    /** Spells the document only when it may be too large: nearly all are small. */
    private static boolean isTooLarge(ObjectNode document) {
        return sizeBound(document, TaskDocument.MAX_BYTES) > TaskDocument.MAX_BYTES
                && Json.bytes(document).length > TaskDocument.MAX_BYTES;
    }

    /** What its author refers to himself must be there, and stays until the task is. */
    private boolean requireReferences(ObjectNode document) throws SubmitException {
        boolean any = false;
        for (String key : GIVEN) {
            JsonNode value = document.path(key);
            if (!PayloadReference.isMeantBy(value)) continue;
            any = true;
            try {
                value(key, value, true);
            } catch (PayloadException e) {
                throw new InvalidTaskException(key, shortened(value), "cannot be used: " + e.getMessage());
            } catch (IOException e) {
                throw new SubmitException(
                        "a task was not submitted: its " + key + " cannot be read now (" + e + ")", e);
            }
        }
        return any;
    }

    private ObjectNode submitted(String key, JsonNode value) throws SubmitException {
        byte[] bytes = Json.bytes(value);
        try {
            return keep(key, bytes);
        } catch (PayloadException e) {
            throw new InvalidTaskException(key, bytes.length + " bytes", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new SubmitException(
                    "a task was not submitted: cannot write " + bytes.length + " bytes of its " + key + " into "
                            + layout.payloads() + " (" + e + "). Is the disk neither full nor read-only?",
                    e);
        }
    }

    /** The same outcome with its result by reference when that is large; a failure when it cannot be kept. */
    Outcome fit(Claim claim, Outcome outcome) throws IOException {
        if (!(outcome instanceof Outcome.Done done)) return outcome;
        int most = claim instanceof PartClaim part
                ? Math.min(limits.inline(), part.room().bytes())
                : limits.inline();
        if (sizeBound(done.result(), most) <= most) return outcome;
        byte[] bytes = Json.bytes(done.result());
        if (bytes.length <= most) return outcome;
        try {
            return new Outcome.Done(keep("result", bytes), done.details());
        } catch (PayloadException e) {
            return new Outcome.Failed("the result, " + bytes.length + " bytes, " + e.getMessage(), "", done.details());
        }
    }

    /** At least as many bytes as the JSON has; stops counting beyond a limit. Costs nothing for small values. */
    private static long sizeBound(JsonNode value, long limit) {
        if (value.isTextual())
            return 2 + (long) MOST_ESCAPED * value.textValue().length();
        if (value.isNumber())
            return value.isBigInteger() || value.isBigDecimal() ? value.asText().length() : 32;
        long sum = 8;
        for (JsonNode one : value) {
            sum += 1 + sizeBound(one, limit - sum);
            if (sum > limit) return sum;
        }
        if (value.isObject())
            for (var names = value.fieldNames(); names.hasNext(); )
                sum += 4 + (long) MOST_ESCAPED * names.next().length();
        return sum;
    }

    private ObjectNode keep(String key, byte[] content) throws IOException, PayloadException {
        if (content.length > limits.largest())
            throw new PayloadException("is too large: at most " + limits.largest()
                    + " bytes are kept (payload_limit_bytes in [service]); write " + key
                    + " to a file of your own and pass its path, or raise the limit");
        try {
            Json.check(content);
        } catch (MalformedJsonException e) {
            throw new PayloadException(e.reason());
        }
        PayloadReference reference = PayloadReference.to(content);
        Path file = layout.payloads().resolve(reference.fileName());
        if (!isKept(file, reference)) write(file, content);
        else if (durability == Durability.FSYNC) ports.disk().forceFolder(layout.payloads());
        return reference.toJson();
    }

    /** One that is there is kept from the sweep first, and then looked at: damaged ones are written anew. */
    private boolean isKept(Path file, PayloadReference reference) throws IOException {
        if (!ports.disk().exists(file)) return false;
        try {
            ports.disk().touch(file, ports.time().instant());
            return isRight(ports.disk().read(file, limits.largest()), reference);
        } catch (NoSuchFileException | FileTooLargeException | NotARegularFileException notThere) {
            return false;
        }
    }

    private static boolean isRight(byte[] content, PayloadReference reference) {
        return content.length == reference.bytes()
                && PayloadReference.digest(content).equals(reference.sha256());
    }

    private void write(Path file, byte[] content) throws IOException, PayloadException {
        long used = used();
        if (used + content.length > limits.quota())
            throw new PayloadException("finds no room: " + layout.payloads() + " holds " + used + " of "
                    + limits.quota() + " bytes (payload_quota_bytes in [service]); wait until retention has removed old"
                    + " tasks, shorten cleanup_done_ttl_sec, or raise the quota");
        ports.disk().createFolders(layout.payloads());
        ports.disk().replace(file, content, durability);
        ports.disk().touch(file, ports.time().instant());
    }

    private long used() throws IOException {
        long sum = 0;
        for (String name : ports.disk().sortedNames(layout.payloads()))
            sum += ports.disk()
                    .facts(layout.payloads().resolve(name))
                    .map(FileFacts::size)
                    .orElse(0L);
        return sum;
    }

    // ------------------------------------------------------------------ bringing back

    /**
     * A document with its values in the place of references.
     *
     * @throws PayloadException when a file is missing or is not what it should be
     * @throws IOException when it cannot be read now
     */
    TaskDocument resolved(TaskDocument document) throws IOException, PayloadException {
        List<String> given = GIVEN.stream()
                .filter(key -> PayloadReference.isMeantBy(document.body().path(key)))
                .toList();
        if (given.isEmpty()) return document;
        ObjectNode whole = shallowCopy(document.body());
        for (String key : given) {
            JsonNode found = value(key, whole.path(key), true);
            if (key.equals("args") && !found.isObject())
                throw new PayloadException("args is a payload that holds no JSON object");
            whole.set(key, found);
        }
        return new TaskDocument(whole);
    }

    private static ObjectNode shallowCopy(ObjectNode body) {
        ObjectNode copy = Json.object();
        copy.setAll(body);
        return copy;
    }

    /** The same for whoever only looks: what cannot be brought back stays, with the problem beside it. */
    TaskRecord shown(TaskRecord record) {
        if (record.document().isEmpty()) return record;
        ObjectNode body = record.document().get();
        for (String key : ALL) {
            JsonNode value = body.path(key);
            if (PayloadReference.isMeantBy(value)) body.set(key, shown(key, value));
        }
        return record;
    }

    private JsonNode shown(String key, JsonNode reference) {
        try {
            return value(key, reference, false);
        } catch (IOException | PayloadException e) {
            return PayloadReference.withProblem(reference, String.valueOf(e.getMessage()));
        }
    }

    private JsonNode value(String key, JsonNode node, boolean keepFromSweep) throws IOException, PayloadException {
        PayloadReference reference = PayloadReference.of(node)
                .orElseThrow(() -> new PayloadException(key + " is no reference to a payload: it must be"
                        + " {\"$payload\":{\"sha256\":\"<64 hex digits>\",\"bytes\":<length>}}, not "
                        + shortened(node)));
        Path file = layout.payloads().resolve(reference.fileName());
        byte[] content = content(key, file, reference);
        if (keepFromSweep) keepFromSweep(file);
        try {
            return Json.parse(content);
        } catch (MalformedJsonException e) {
            throw new PayloadException(key + ": " + file + " " + e.reason());
        }
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private byte[] content(String key, Path file, PayloadReference reference) throws IOException, PayloadException {
        try {
            byte[] content = read(file);
            if (isRight(content, reference)) return content;
            throw new PayloadException(key + ": " + file + " is damaged: it does not have the " + reference.bytes()
                    + " bytes and the SHA-256 that its task names; submit the task again");
        } catch (NoSuchFileException e) {
            throw new PayloadException(
                    key + ": " + file + " is missing; write it before its task, or submit the task again");
        } catch (FileTooLargeException | NotARegularFileException e) {
            throw new PayloadException(key + ": " + file + " " + e.getReason() + " (payload_limit_bytes in [service])");
        }
    }

    /** A sweep that is just looking at it may have moved it aside for a moment. */
    private byte[] read(Path file) throws IOException {
        Disk disk = ports.disk();
        try {
            return disk.read(file, limits.largest());
        } catch (NoSuchFileException e) {
            try {
                return disk.read(PayloadSweep.aside(file), limits.largest());
            } catch (NoSuchFileException gone) {
                return disk.read(file, limits.largest());
            }
        }
    }

    private void keepFromSweep(Path file) throws IOException {
        for (Path one : List.of(file, PayloadSweep.aside(file)))
            try {
                ports.disk().touch(one, ports.time().instant());
            } catch (NoSuchFileException liesInTheOtherPlace) {
                // it was read in one of them
            }
    }
}
