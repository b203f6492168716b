package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;

/** From when on a task may be started. */
final class DueTime {
    static final String KEY = "not_before";

    private DueTime() {}

    /** True when the document names a time. */
    static boolean isNamedIn(JsonNode document) {
        return document.path(KEY).isNumber();
    }

    /** Epoch milliseconds as the document says them; 0 for at once. */
    static long millisIn(JsonNode document) {
        return Math.round(document.path(KEY).asDouble(0) * 1e3);
    }

    /** As above, of a file: those that we submit bear it in their names, and whoever moves one may start it earlier. */
    static long millisOf(TaskName name, JsonNode document) {
        return TaskOrder.isOurs(name.stem())
                ? TaskOrder.dueMicrosOf(name.stem()).orElse(0) / 1_000
                : millisIn(document);
    }

    /** Epoch seconds: the end of a window that begins then, or the later time that the document names. */
    static double afterWindow(double begun, double window, JsonNode document) {
        return Math.max(begun + window, document.path(KEY).asDouble(0));
    }
}
