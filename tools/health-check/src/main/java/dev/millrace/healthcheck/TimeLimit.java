package dev.millrace.healthcheck;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does something on another thread and waits only so long. A read from a share that has gone away may hang for ever and
 * hear no interrupt; the thread is a daemon, so the process can end over it.
 */
final class TimeLimit {
    private TimeLimit() {}

    /**
     * The result.
     *
     * @throws NoAnswerException when the time is up
     * @throws Exception what the work threw
     */
    static <T> T within(Duration limit, Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "health-check-look");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new NoAnswerException(limit);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The time was up. */
    static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswerException(Duration limit) {
            super("no answer within " + seconds(limit) + " s; see whether the share answers, or raise --timeout");
        }

        private static String seconds(Duration limit) {
            return BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString();
        }
    }
}
