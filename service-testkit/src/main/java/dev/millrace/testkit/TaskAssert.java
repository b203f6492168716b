package dev.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.TaskRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of one task. Each expectation that is not met is an {@link AssertionError} that says how the task
 * stands; its cause is what the handler threw.
 */
public interface TaskAssert {

    /** It has finished. */
    TaskAssert isDone();

    /** It has failed for good. */
    TaskAssert hasFailed();

    /** It has failed for good with this exception, a subclass of it, or one that it caused. */
    TaskAssert hasFailedWith(Class<? extends Throwable> type);

    /** It has failed for good, and its error contains this. */
    TaskAssert hasFailedWith(String part);

    /** It was called off. */
    TaskAssert isCancelled();

    /** It is ready to run, or waits for its time. */
    TaskAssert isWaiting();

    /** It waits for its time, which comes after so long, to the millisecond. */
    TaskAssert isDueIn(Duration length);

    /** It waits for its time, which comes after so long at least and so long at most: for delays with jitter. */
    TaskAssert isDueBetween(Duration least, Duration most);

    /** It is done with this result: anything that can be written as JSON, compared as JSON. */
    TaskAssert hasResult(@Nullable Object expected);

    /** So many attempts were made. A snooze spends none. */
    TaskAssert wasAttempted(int times);

    /** The last progress that it reported, to a millionth. */
    TaskAssert hasProgress(double fraction, String message);

    /** A line of its log contains this. */
    TaskAssert hasLogged(String part);

    /** The handler's result, for assertions of your own; a missing node unless it is done. */
    JsonNode result();

    /** The task as it was when the assertion began. */
    TaskRecord record();
}
