package dev.millrace.bench;

import dev.millrace.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tasks that are measured: about {@value #BYTES} bytes each, ours and those of peers. */
interface Payload {
    int BYTES = 300;

    /** What a peer stores with a task. */
    String TEXT = "x".repeat(BYTES);

    /** Our documents carry some 180 bytes of keys of their own. */
    private static String filling() {
        return "x".repeat(100);
    }

    static Task noop() {
        return Task.of("noop").args(Map.of("width", 640, "name", filling()));
    }

    static Task mark(int number) {
        return Task.of("mark").args(Map.of("number", number, "name", filling()));
    }

    static Task hold(int number) {
        return Task.of("hold").args(Map.of("number", number, "name", filling()));
    }

    static List<Task> noops(int count) {
        List<Task> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) tasks.add(noop());
        return tasks;
    }
}
