package dev.millrace.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;

/**
 * What a handler reported of how far it is.
 *
 * @param fraction 0 to 1
 * @param message one line for people
 * @param at epoch seconds
 */
record TaskProgress(double fraction, String message, double at) {
    /** A heartbeat tells of all slots' tasks, and must stay small. */
    static final int MOST_MESSAGE = 200;

    /** What adding up shares of one may miss it by. */
    private static final double ROUNDING = 1e-6;

    /** @throws IllegalArgumentException when the fraction is none, naming it */
    static TaskProgress of(double fraction, String message, double at) {
        if (!(fraction >= -ROUNDING && fraction <= 1 + ROUNDING))
            throw new IllegalArgumentException("progress(" + fraction
                    + ", ...) is not a fraction from 0.0 to 1.0; pass the part that is done, for example done / total as"
                    + " double");
        return new TaskProgress(Math.max(0, Math.min(1, fraction)), shortened(message), at);
    }

    /** Not in the middle of a character that takes two. */
    private static String shortened(String message) {
        if (message.length() <= MOST_MESSAGE) return message;
        int end = Character.isHighSurrogate(message.charAt(MOST_MESSAGE - 4)) ? MOST_MESSAGE - 4 : MOST_MESSAGE - 3;
        return message.substring(0, end) + "...";
    }

    Heartbeat.Progress forHeartbeat() {
        return new Heartbeat.Progress(fraction, message);
    }

    /** The key {@code progress} of a document. */
    ObjectNode toJson() {
        ObjectNode details = Json.object();
        details.putObject("progress")
                .put("fraction", fraction)
                .put("message", message)
                .put("at", at);
        return details;
    }
}
