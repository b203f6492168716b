package dev.millrace.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.Outcome;
import dev.millrace.task.RetryPolicy;
import dev.millrace.task.RetryPolicy.Strategy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Decides what comes of an attempt that did not succeed: another one, or the end of its task. */
final class Endings {
    private static final int TRACEBACK_LIMIT = 32_000;

    /** Causes may go round in a circle. */
    private static final int DEEPEST_CAUSE = 20;

    private final RandomGenerator random;

    Endings(RandomGenerator random) {
        this.random = random;
    }

    /** After an exception of the handler. */
    Outcome thrown(RunningTask task, Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        Optional<AttemptException> own = own(chain);
        if (own.isPresent() && own.get() instanceof SnoozeException snooze)
            return new Outcome.Snoozed(messageOf(snooze), snooze.delay(), task.progressJson());
        ObjectNode details = details(task).put("error_class", errorClass(chain));
        if (thrown.getStackTrace().length > 0) details.put("frame", thrown.getStackTrace()[0].toString());
        RetryPolicy policy = task.rules().policy();
        boolean isLast = own.filter(NoRetryException.class::isInstance).isPresent() || isExcluded(policy, chain);
        if (isLast || !mayRetry(task, policy))
            return new Outcome.Failed(error(thrown), traceback(thrown), Optional.of(details));
        Duration delay = own.filter(RetryAfterException.class::isInstance)
                .map(RetryAfterException.class::cast)
                .map(RetryAfterException::delay)
                .orElseGet(() -> policy.delay(task.attempt(), random));
        return new Outcome.Retry(error(thrown), delay, Optional.of(details));
    }

    /** After the time limit; {@code traceback} tells where the handler is when it does not hear. */
    Outcome timedOut(RunningTask task, String reason, String traceback) {
        ObjectNode details = details(task).put("timed_out", true);
        RetryPolicy policy = task.rules().policy();
        return policy.onTimeout() && mayRetry(task, policy)
                ? new Outcome.Retry(reason, policy.delay(task.attempt(), random), Optional.of(details))
                : new Outcome.Failed(reason, traceback, Optional.of(details));
    }

    private static boolean mayRetry(RunningTask task, RetryPolicy policy) {
        return policy.strategy() != Strategy.NONE
                && task.attempt() < task.rules().mostAttempts();
    }

    private static ObjectNode details(RunningTask task) {
        return task.progressJson().orElseGet(Json::object);
    }

    // ------------------------------------------------------------------ what was thrown

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable one = thrown; one != null && chain.size() < DEEPEST_CAUSE; one = one.getCause()) chain.add(one);
        return chain;
    }

    private static Optional<AttemptException> own(List<Throwable> chain) {
        return chain.stream()
                .filter(AttemptException.class::isInstance)
                .map(AttemptException.class::cast)
                .findFirst();
    }

    private static boolean isExcluded(RetryPolicy policy, List<Throwable> chain) {
        return !policy.noRetryOn().isEmpty()
                && chain.stream().anyMatch(one -> isOneOf(policy.noRetryOn(), one.getClass()));
    }

    private static boolean isOneOf(List<String> names, Class<?> type) {
        for (Class<?> one = type; one != null; one = one.getSuperclass())
            if (names.contains(one.getName())) return true;
        return false;
    }

    /** Of what happened, not of how the handler passed it on. */
    private static String errorClass(List<Throwable> chain) {
        return chain.stream()
                .filter(one -> !(one instanceof AttemptException))
                .findFirst()
                .orElse(chain.get(0))
                .getClass()
                .getName();
    }

    /** One line for people. */
    private static String error(Throwable thrown) {
        String message = messageOf(thrown);
        return message.isBlank()
                ? thrown.getClass().getName()
                : thrown.getClass().getSimpleName() + ": " + message;
    }

    /** An exception of an app may fail to say what it is. */
    private static String messageOf(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? "" : message;
        } catch (RuntimeException brokenMessage) {
            return "";
        }
    }

    static String traceback(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text, true));
        } catch (RuntimeException brokenMessage) {
            text.append(thrown.getClass().getName());
        }
        String whole = text.toString();
        return whole.length() <= TRACEBACK_LIMIT ? whole : whole.substring(0, TRACEBACK_LIMIT) + "\n... shortened";
    }
}
