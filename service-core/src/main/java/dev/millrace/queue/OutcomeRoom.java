package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * How much room each outcome has in the file of its batch. Whoever looks at one task of a batch reads its whole file, so what
 * all its tasks come to must fit: a larger result goes to a file of its own, and what is told of failures is shortened, the
 * stack first, then the error, then the earliest attempts.
 *
 * @param bytes of each result, and of all that is told beside it
 */
record OutcomeRoom(int bytes) {
    /** The tasks of a batch, at most 16 MiB, its outcomes, and what is written around them. */
    static final int LARGEST_FILE = 192 << 20;

    private static final int TOGETHER = 40 << 20;

    /** A reference to a payload needs about half of it. */
    private static final int LEAST = 300;

    private static final int LEAST_TEXT = 100;

    static OutcomeRoom inFileOf(int tasks) {
        return new OutcomeRoom(Math.max(LEAST, TOGETHER / Math.max(1, tasks)));
    }

    /** An outcome as one line of ASCII, with less told of a failure where that takes too much room. */
    String fitted(ObjectNode outcome) {
        String text = ascii(outcome);
        if (text.length() <= bytes) return text;
        shorten(outcome, "traceback", bytes / 4);
        shorten(outcome, "error", bytes / 8);
        if (outcome.get("attempts") instanceof ArrayNode attempts) keepLast(attempts, bytes / 4);
        return ascii(outcome);
    }

    private static void shorten(ObjectNode outcome, String key, int most) {
        String text = outcome.path(key).asText("");
        int kept = Math.max(LEAST_TEXT, most);
        // Beyond ASCII a character takes six; a character that is cut in half cannot be written.
        if (ascii(outcome.path(key)).length() <= kept) return;
        int to = Math.min(text.length(), kept);
        while (to > LEAST_TEXT && ascii(outcome.textNode(text.substring(0, to))).length() > kept) to = to * 3 / 4;
        if (Character.isHighSurrogate(text.charAt(to - 1))) to--;
        outcome.put(key, text.substring(0, to) + "... (" + text.length() + " characters; its task shares a file)");
    }

    /** The last attempt always stays. */
    private static void keepLast(ArrayNode attempts, int most) {
        while (attempts.size() > 1 && ascii(attempts).length() > most)
            for (int drop = (attempts.size() + 7) / 8; drop > 0; drop--) attempts.remove(0);
    }

    private static String ascii(JsonNode json) {
        return new String(Json.bytes(json), StandardCharsets.US_ASCII);
    }
}
