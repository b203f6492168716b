package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One line of a batch's outcome log: how one attempt of one of its tasks ended.
 *
 * <pre>crc32c TAB b1 TAB number TAB index TAB attempt TAB state TAB due TAB outcome LF</pre>
 *
 * A line that was torn fails its checksum and is skipped; it had not been forced, so it does not count.
 *
 * @param number counts a batch's outcomes from 1, over all its owners
 * @param index the task's line, from 0
 * @param attempt the attempt that ended, from 1
 * @param state the terminal state; scheduled when the task is to be tried again
 * @param dueMillis when it is to be tried again, epoch milliseconds; 0 for terminal states
 * @param outcome one line of JSON: the outcome as it is published, or the record of the attempt; empty when no attempt
 *     ended, and somebody only lets the task be tried sooner
 */
record BatchRecord(int number, int index, int attempt, TaskState state, long dueMillis, String outcome) {
    private static final String VERSION = "b1";
    private static final int FIELDS = 7;
    private static final int CHECKSUM_DIGITS = 8;

    boolean isTerminal() {
        return state.isTerminal();
    }

    boolean tellsOfAttempt() {
        return !outcome.isEmpty();
    }

    BatchRecord withNumber(int newNumber) {
        return new BatchRecord(newNumber, index, attempt, state, dueMillis, outcome);
    }

    byte[] toLine() {
        byte[] text = (VERSION + "\t" + number + "\t" + index + "\t" + attempt + "\t" + state.word() + "\t" + dueMillis
                        + "\t" + outcome + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[CHECKSUM_DIGITS + 1 + text.length];
        byte[] sum = checksum(text, 0, text.length - 1).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(sum, 0, line, 0, CHECKSUM_DIGITS);
        line[CHECKSUM_DIGITS] = '\t';
        System.arraycopy(text, 0, line, CHECKSUM_DIGITS + 1, text.length);
        return line;
    }

    static String checksum(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        String digits = Long.toHexString(sum.getValue());
        return "0".repeat(CHECKSUM_DIGITS - digits.length()) + digits;
    }

    /** Reads a line without its end; empty when it is torn or of another version. */
    static Optional<BatchRecord> parse(byte[] content, int from, int to) {
        int front = CHECKSUM_DIGITS + 1;
        if (to - from <= front || content[from + CHECKSUM_DIGITS] != '\t') return Optional.empty();
        String sum = new String(content, from, CHECKSUM_DIGITS, StandardCharsets.US_ASCII);
        if (!sum.equals(checksum(content, from + front, to - from - front))) return Optional.empty();
        String[] fields =
                new String(content, from + front, to - from - front, StandardCharsets.US_ASCII).split("\t", FIELDS);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) return Optional.empty();
        return TaskState.of(fields[4])
                .map(state -> new BatchRecord(
                        Integer.parseInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        state,
                        Long.parseLong(fields[5]),
                        fields[6]));
    }
}
