package dev.millrace.bench;

import dev.millrace.time.Time;
import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.util.Map;

/** Counts, and nothing else: what remains is the cost of the queue. */
@Kind("noop")
public final class NoopHandler implements TaskHandler {
    private final Board board = Board.ofProcess(0);
    private final Time time = Time.system();

    @Override
    public Object handle(TaskContext task) {
        board.ran(time.nanos());
        return Map.of("ok", true);
    }
}
