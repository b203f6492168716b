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

    /** @param frame the top frame of the trace, as the attempt tells it */
    static Fingerprint of(String kind, String errorClass, String error, String frame) {
        return new Fingerprint(shortened(kind), shortened(errorClass), normalised(error), withoutLine(frame));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    static String normalised(String message) {
        String text = QUOTED.matcher(shortened(message)).replaceAll("<text>");
        text = PATH.matcher(text).replaceAll("<path>");
        text = ID.matcher(text).replaceAll("<id>");
        return NUMBER.matcher(text).replaceAll("<n>").strip();
    }

    /** Where the code has been edited above it, it is the same place. */
    private static String withoutLine(String frame) {
        return LINE.matcher(shortened(frame)).replaceAll(")");
    }

    String id() {
        CRC32C sum = new CRC32C();
        sum.update((kind + "\0" + errorClass + "\0" + message + "\0" + frame).getBytes(StandardCharsets.UTF_8));
        return String.format("f-%08x", sum.getValue());
    }
}
