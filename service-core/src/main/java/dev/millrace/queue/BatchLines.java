package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.task.BatchName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The content of a batch file: one task document a line, and, once all have ended, the outcomes behind them. A line is
 * read when its task is run, so a bad one harms nobody else.
 */
final class BatchLines {
    /** The largest batch file that is read, in bytes. */
    static final int MAX_BYTES = 16 << 20;

    /** The line between the tasks and their outcomes. */
    static final String OUTCOMES = "{\"outcomes\":\"millrace.batch.v1\"}";

    private static final byte[] MARK = OUTCOMES.getBytes(StandardCharsets.US_ASCII);

    /** So many lines are read at most to find one that tells the file's kind. */
    private static final int MOST_LINES_READ = 1_000;

    private final byte[] content;
    private final int[] ends;
    private final int lines;

    private BatchLines(byte[] content, int[] ends, int lines) {
        this.content = content;
        this.ends = ends;
        this.lines = lines;
    }

    /** Of a file whose name, which a stranger may have made up, does not tell how many tasks it holds. */
    static BatchLines of(byte[] content) {
        return of(content, Integer.MAX_VALUE);
    }

    /**
     * Of a file that bears this name. A power cut may have torn the line between the tasks and their outcomes; where our
     * name tells how many tasks there are, nothing behind them is taken for another one.
     */
    static BatchLines of(byte[] content, BatchName name) {
        boolean known = name.count() > 0 && TaskOrder.isOurs(name.stem());
        return of(content, known ? name.count() : Integer.MAX_VALUE);
    }

    private static BatchLines of(byte[] content, int most) {
        int[] ends = new int[64];
        int lines = 0;
        for (int from = 0; from < content.length && lines < most; lines++) {
            int to = lineEnd(content, from);
            if (isMark(content, from, to)) break;
            if (lines == ends.length) ends = Arrays.copyOf(ends, 2 * lines);
            ends[lines] = to;
            from = to + 1;
        }
        return new BatchLines(content, ends, lines);
    }

    private static int lineEnd(byte[] content, int from) {
        int to = from;
        while (to < content.length && content[to] != '\n') to++;
        return to;
    }

    private static boolean isMark(byte[] content, int from, int to) {
        return Arrays.equals(content, from, to, MARK, 0, MARK.length);
    }

    /** The number of tasks. */
    int count() {
        return lines;
    }

    /**
     * How many tasks a file holds, or held before it was cut off. Its name tells, but is believed no further than as many
     * as share a file: anybody can write a name that promises millions.
     */
    int countIn(BatchName name) {
        return Math.max(lines, Math.min(name.count(), QueueOptions.DEFAULT_BATCH_LIMIT));
    }

    /** Where the outcomes are written: behind the last task's line. */
    int end() {
        return lines == 0 ? 0 : ends[lines - 1] + 1;
    }

    /** False when a writer was cut off in the middle of the last line. */
    boolean isWhole() {
        return end() <= content.length;
    }

    byte[] line(int index) {
        return Arrays.copyOfRange(content, index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
    }

    /**
     * Of which kind its tasks are, as {@link TaskMarks} have it: our name tells, and of a stranger's file the first line that
     * can be run. Where none does, it is none that anybody limits, pauses or serves.
     */
    long kindTag(BatchName name) {
        return TaskOrder.of(name.stem()).map(order -> order.marks().kindTag()).orElseGet(this::kindTagOfFirst);
    }

    private long kindTagOfFirst() {
        for (int index = 0; index < Math.min(lines, MOST_LINES_READ); index++) {
            try {
                return TaskMarks.tagOf(task(index).kind().orElse(""));
            } catch (CorruptTaskException theNextOneMayTell) {
                // it fails by itself
            }
        }
        return Turn.UNLIMITED.kindTag();
    }

    /**
     * One task of a file of this kind. Whether a kind may be begun is looked up for a file, not for each line; so a line
     * of another kind would escape pauses and limits.
     *
     * @throws CorruptTaskException with a reason that names the line
     */
    TaskDocument task(int index, long kindTag) throws CorruptTaskException {
        TaskDocument task = task(index);
        Optional<String> wrong = task.contradiction();
        if (wrong.isPresent()) throw new CorruptTaskException("is bad in line " + (index + 1) + ": it " + wrong.get());
        String kind = task.kind().orElse("");
        if (TaskMarks.tagOf(kind) == kindTag) return task;
        throw new CorruptTaskException("is bad in line " + (index + 1) + ": it "
                + (kind.isEmpty() ? "has no kind" : "is of kind '" + kind + "'")
                + ", and the tasks of its file are of another; it needs a file of its own");
    }

    /**
     * One task, whatever its kind.
     *
     * @throws CorruptTaskException with a reason that names the line
     */
    TaskDocument task(int index) throws CorruptTaskException {
        if (index >= lines)
            throw new CorruptTaskException("has no line " + (index + 1) + ", which its name promises: it was cut off");
        byte[] line = line(index);
        if (line.length > TaskDocument.MAX_BYTES)
            throw new CorruptTaskException(
                    "has " + line.length + " bytes in line " + (index + 1) + "; at most " + TaskDocument.MAX_BYTES);
        try {
            return alone(TaskDocument.parse(line));
        } catch (CorruptTaskException e) {
            throw new CorruptTaskException("is bad in line " + (index + 1) + ": it " + e.reason());
        }
    }

    /** What waits for others, for its time or for a worker, or for which others may be turned away, is moved by itself. */
    private static TaskDocument alone(TaskDocument task) throws CorruptTaskException {
        for (String key : List.of("concurrency_key", "depends_on", "not_before", "unique_key"))
            if (!task.value(key).isMissingNode() && !task.value(key).isNull() && !isEmpty(task.value(key)))
                throw needsItsOwn(key);
        if (task.worker().isPresent()) throw needsItsOwn("worker");
        if (task.workerIndex().isPresent()) throw needsItsOwn("worker_idx");
        return task;
    }

    private static CorruptTaskException needsItsOwn(String key) {
        return new CorruptTaskException("has the key '" + key + "', which needs a file of its own");
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isTextual() ? value.textValue().isEmpty() : value.isContainerNode() && value.isEmpty();
    }

    /** The last line behind the outcomes, which proves that they are whole. */
    static String seal(byte[] outcomes) {
        return "{\"checksum\":" + Json.tree(BatchRecord.checksum(outcomes, 0, outcomes.length)) + "}\n";
    }
}
