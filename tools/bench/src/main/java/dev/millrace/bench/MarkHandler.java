package dev.millrace.bench;

import dev.millrace.time.Time;
import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.util.Map;

/** Notes when each task began, by the number in its arguments. */
@Kind("mark")
public final class MarkHandler implements TaskHandler {
    /** The most tasks that can be told apart. */
    static final int MOST = 100_000;

    private final Board board = Board.ofProcess(MOST);
    private final Time time = Time.system();

    @Override
    public Object handle(TaskContext task) {
        long now = time.nanos();
        board.mark(task.args().path("number").asInt(), now);
        return Map.of("ok", true);
    }
}
