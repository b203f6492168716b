package dev.millrace.control;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What makes two failures alike.
 *
 * @param kind the kind of the task
 * @param errorClass the exception
 * @param message the message with numbers, ids, paths and quoted texts replaced
 * @param frame the top frame of the trace, without its line number
 */
record Fingerprint(String kind, String errorClass, String message, String frame) {
    private static final int LONGEST = 300;
    private static final Pattern QUOTED = Pattern.compile("'[^']{0,200}'|\"[^\"]{0,200}\"");
    private static final Pattern PATH = Pattern.compile("(?:/[\\w.@+-]+){2,}/?");
    private static final Pattern ID =
            Pattern.compile("\\b(?=[0-9a-z]*[0-9])[0-9a-z]{8,}(?:-[0-9a-z]+)*\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)*");
    private static final Pattern LINE = Pattern.compile(":\\d+\\)");

    static Fingerprint of(String kind, String errorClass, String error, String traceback) {
        return new Fingerprint(kind, errorClass, normalised(error), frameIn(traceback));
    }

    static String normalised(String message) {
        String text = message.length() <= LONGEST ? message : message.substring(0, LONGEST);
        text = QUOTED.matcher(text).replaceAll("<text>");
        text = PATH.matcher(text).replaceAll("<path>");
        text = ID.matcher(text).replaceAll("<id>");
        return NUMBER.matcher(text).replaceAll("<n>").strip();
    }

    private static String frameIn(String traceback) {
        return traceback
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("at "))
                .findFirst()
                .map(line -> LINE.matcher(line.substring(3)).replaceAll(")"))
                .orElse("");
    }

    /** The frame is left out: only a task's last attempt has a trace, and the earlier ones are the same failure. */
    String id() {
        CRC32C sum = new CRC32C();
        sum.update((kind + "\0" + errorClass + "\0" + message).getBytes(StandardCharsets.UTF_8));
        return String.format("f-%08x", sum.getValue());
    }
}
