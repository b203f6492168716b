package dev.millrace.bench;

import dev.millrace.time.Time;
import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.time.Duration;
import java.util.Map;

/** Notes when a task begins, and goes on for a minute if nobody began it before. */
@Kind("hold")
public final class HoldHandler implements TaskHandler {
    private static final Duration LENGTH = Duration.ofMinutes(1);

    private final Board board = Board.ofProcess(MarkHandler.MOST);
    private final Time time = Time.system();

    @Override
    public Object handle(TaskContext task) throws InterruptedException {
        int number = task.args().path("number").asInt();
        boolean again = board.marked(number) != 0;
        board.mark(number, time.nanos());
        if (!again) time.sleep(LENGTH);
        return Map.of("again", again);
    }
}
