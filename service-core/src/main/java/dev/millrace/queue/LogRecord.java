package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One line of an outcome log: everything that is needed to finish a task whose owner died after deciding its outcome.
 *
 * <pre>
 * crc32c TAB v2 TAB stem TAB returns TAB claim number TAB state TAB position TAB front TAB terminal name TAB bytes LF
 * </pre>
 *
 * A line that was torn by a power cut fails its checksum and is skipped; it had not been forced, so nobody was told.
 *
 * @param stem the task's name for life
 * @param returns the return count of the claim that it settles; of two records for one task the higher counts
 * @param claimNumber the claim that it settles
 * @param state the terminal state
 * @param position where the document's closing brace was
 * @param front the CRC-32C of the document's bytes before that place, 8 hex digits: tells tasks apart whose author uses
 *     names again
 * @param terminalName the file's name in the terminal folder
 * @param outcome what is written over the closing brace; one line of ASCII
 */
record LogRecord(
        String stem,
        int returns,
        long claimNumber,
        TaskState state,
        long position,
        String front,
        String terminalName,
        String outcome) {
    private static final String VERSION = "v2";
    private static final int FIELDS = 9;
    private static final int CHECKSUM_DIGITS = 8;

    /** The outcome as it is written into the document. */
    byte[] bytes() {
        return outcome.getBytes(StandardCharsets.US_ASCII);
    }

    /** The file's name in the terminal folder when another task has taken {@link #terminalName} meanwhile. */
    String otherTerminalName() {
        CRC32C sum = new CRC32C();
        sum.update(bytes());
        return TerminalNames.apart(terminalName, spelled(sum));
    }

    /** What is {@link #front} of a document whose outcome is written at a position. */
    static String frontOf(byte[] document, long position) {
        return checksum(document, 0, Math.toIntExact(position));
    }

    /** True when a document begins as the one does for which the outcome was decided. */
    boolean isFor(byte[] document) {
        return position <= document.length && front.equals(frontOf(document, position));
    }

    /** True when this outcome is written in a document. */
    boolean standsIn(byte[] document) {
        int from = Math.toIntExact(position);
        byte[] bytes = bytes();
        return isFor(document)
                && document.length >= from + bytes.length
                && Arrays.equals(document, from, from + bytes.length, bytes, 0, bytes.length);
    }

    /** The document as it is when the outcome has been written over its closing brace. */
    byte[] on(byte[] document) {
        byte[] bytes = bytes();
        byte[] whole = Arrays.copyOf(document, Math.toIntExact(position) + bytes.length);
        System.arraycopy(bytes, 0, whole, Math.toIntExact(position), bytes.length);
        return whole;
    }

    byte[] toLine() {
        String fields = VERSION + "\t" + escaped(stem) + "\t" + returns + "\t" + claimNumber + "\t" + state.word()
                + "\t" + position + "\t" + front + "\t" + escaped(terminalName) + "\t";
        byte[] head = fields.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = bytes();
        CRC32C sum = new CRC32C();
        sum.update(head);
        sum.update(bytes);
        byte[] crc = (spelled(sum) + "\t").getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[crc.length + head.length + bytes.length + 1];
        System.arraycopy(crc, 0, line, 0, crc.length);
        System.arraycopy(head, 0, line, crc.length, head.length);
        System.arraycopy(bytes, 0, line, crc.length + head.length, bytes.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** Reads a line without its end; empty when it is torn or of another version. */
    static Optional<LogRecord> parse(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        int tab = text.indexOf('\t');
        if (tab != CHECKSUM_DIGITS || !text.substring(0, tab).equals(checksum(line, tab + 1, line.length)))
            return Optional.empty();
        String[] fields = text.substring(tab + 1).split("\t", FIELDS);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) return Optional.empty();
        return TaskState.of(fields[4])
                .map(state -> new LogRecord(
                        unescaped(fields[1]),
                        Integer.parseInt(fields[2]),
                        Long.parseLong(fields[3]),
                        state,
                        Long.parseLong(fields[5]),
                        fields[6],
                        unescaped(fields[7]),
                        fields[8]));
    }

    private static String checksum(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
        return spelled(sum);
    }

    /** Eight digits, by hand: twice for each task. */
    private static String spelled(CRC32C sum) {
        String digits = Long.toHexString(sum.getValue());
        return "0".repeat(CHECKSUM_DIGITS - digits.length()) + digits;
    }

    /** Foreign names may hold the separators. */
    private static String escaped(String name) {
        for (int i = 0; i < name.length(); i++)
            if (name.charAt(i) < ' ' || name.charAt(i) == '%')
                return name.replace("%", "%25")
                        .replace("\t", "%09")
                        .replace("\n", "%0a")
                        .replace("\r", "%0d");
        return name;
    }

    private static String unescaped(String name) {
        return name.replace("%0d", "\r")
                .replace("%0a", "\n")
                .replace("%09", "\t")
                .replace("%25", "%");
    }
}
