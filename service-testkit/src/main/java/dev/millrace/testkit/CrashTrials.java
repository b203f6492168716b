package dev.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import dev.millrace.testkit.CrashReport.Crash;
import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task again and again, and lets its worker die at another boundary each time. A worker's life is a thread of its
 * own: the one that dies never comes back from the call in which it died.
 */
final class CrashTrials {
    private static final int LONGEST_LIFE_SECONDS = 60;
    private static final Duration FOR_RETRIES = Duration.ofDays(1);
    private static final String SAME_OBJECT =
            "the handler is the same object in each life, so what it keeps in its fields"
                    + " outlives these deaths, as it would no kill -9; give crashEverywhere() a supplier that makes new ones, or"
                    + " register its class";

    private final TaskQueue queue;
    private final Driver driver;
    private final Handlers handlers;
    private final Tried tried;
    private final CountDownLatch closed;
    private final List<TaskHandler> lives = new ArrayList<>();

    /**
     * What is tried.
     *
     * @param handler makes the handler of each life; when it gives the same one each time, nothing is forgotten by a death
     */
    record Tried(String kind, Supplier<? extends TaskHandler> handler, Task task, SideEffects effects) {}

    CrashTrials(TaskQueue queue, Driver driver, Handlers handlers, Tried tried, CountDownLatch closed) {
        this.queue = queue;
        this.driver = driver;
        this.handlers = handlers;
        this.tried = tried;
        this.closed = closed;
    }

    CrashReport report() throws IOException {
        driver.drain();
        try {
            Trial undisturbed = trial(0);
            requireRepeatable(undisturbed, trial(0));
            CrashPlaces places = CrashPlaces.of(undisturbed.places());
            List<Crash> crashes = new ArrayList<>();
            for (int at : places.tried()) crashes.add(crash(at, undisturbed));
            List<String> notes = new ArrayList<>(places.notes());
            if (outlivesDeaths()) notes.add(SAME_OBJECT);
            return new CrashReport(tried.kind(), crashes, notes);
        } finally {
            driver.serve(handlers.serving());
        }
    }

    /** One object in all lives, with fields; what a lambda has caught is the test's own. */
    private boolean outlivesDeaths() {
        TaskHandler first = lives.get(0);
        if (first.getClass().isHidden() || lives.stream().anyMatch(other -> other != first)) return false;
        for (Class<?> type = first.getClass(); type != null; type = type.getSuperclass())
            for (Field field : type.getDeclaredFields()) if (!Modifier.isStatic(field.getModifiers())) return true;
        return false;
    }

    /** Without a death the task must come to the same twice, else nothing can be told of a run again. */
    private static void requireRepeatable(Trial one, Trial other) {
        String difference = one.seen().differenceTo(other.seen());
        if (difference.isEmpty() && !one.places().equals(other.places()))
            difference = "the handler came to " + one.places() + ", and to " + other.places();
        if (!difference.isEmpty())
            throw new AssertionError("two undisturbed runs come to different things, so nothing can be said of a run"
                    + " again: " + difference + ". Let reset() make the world as it was, leave out what differs each"
                    + " time, or use withoutResult()");
    }

    /** A place to which the handler does not come this time was not tried, which is not safe. */
    private Crash crash(int at, Trial undisturbed) throws IOException {
        String place = undisturbed.places().get(at - 1);
        Trial trial = trial(at);
        if (trial.places().size() < at)
            return new Crash(place, "was not tried: this time the handler did not come there");
        String instead = trial.places().get(at - 1);
        if (!instead.equals(place))
            return new Crash(place, "was not tried: this time the handler came to this instead: " + instead);
        return new Crash(place, difference(undisturbed, trial));
    }

    /** That a death spends an attempt, too, is no fault of the handler, and is said where it may have been the last. */
    private static String difference(Trial undisturbed, Trial trial) {
        String difference = undisturbed.seen().differenceTo(trial.seen());
        if (difference.isEmpty() || !trial.seen().hasFailed()) return difference;
        if (!trial.ranAgain()) return difference + "; the death spent its last attempt, so it was not run again";
        return undisturbed.seen().hasFailed() ? difference : difference + "; the death spent one of its attempts";
    }

    // ------------------------------------------------------------------ one trial

    /** What came of it, the places to which the handler came before its worker died, and whether it was run after that. */
    private record Trial(Seen seen, List<String> places, boolean ranAgain) {}

    private Trial trial(int crashAt) throws IOException {
        tried.effects().reset().run();
        Set<String> before = stems();
        Submission submitted = queue.submit(tried.task());
        if (!submitted.isNew())
            throw new AssertionError("the task was turned away because of its unique key: it is run several times here;"
                    + " leave the key out");
        Life life = new Life();
        Boundaries boundaries = new Boundaries(crashAt, life::died, closed);
        driver.serve(newLife(boundaries, submitted.id()));
        if (life.run(submitted.stem())) {
            driver.dieAndComeBack(newLife(boundaries, submitted.id()));
            new Life().run(submitted.stem());
        }
        return new Trial(seen(submitted, before), boundaries.reached(), boundaries.ranAgain());
    }

    /** What a process makes when it starts: handlers that remember nothing. */
    private HandlerRegistry newLife(Boundaries boundaries, String id) {
        TaskHandler handler = tried.handler().get();
        lives.add(handler);
        return handlers.anew(tried.kind(), new CrashingHandler(handler, boundaries, id));
    }

    private Set<String> stems() throws IOException {
        Set<String> stems = new HashSet<>();
        for (TaskView view : all()) stems.add(view.stem());
        return stems;
    }

    private List<TaskView> all() throws IOException {
        return queue.list(TaskFilter.all().withLimit(Integer.MAX_VALUE));
    }

    /** A worker's life on a thread of its own. */
    private final class Life {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean dead;
        private volatile @Nullable Throwable trouble;

        void died() {
            dead = true;
            over.countDown();
        }

        /** Runs what is due, and what a retry leaves for later; true when the worker died over it. */
        boolean run(String stem) {
            Thread thread = new Thread(() -> live(stem), "millrace-life");
            thread.setDaemon(true);
            thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
            thread.start();
            awaitOver();
            if (trouble instanceof RuntimeException exception) throw exception;
            if (trouble instanceof Error error) throw error;
            if (trouble != null) throw new IllegalStateException(trouble);
            return dead;
        }

        private void live(String stem) {
            try {
                driver.drain();
                if (!hasEnded(stem)) driver.run(FOR_RETRIES);
            } catch (Throwable e) {
                trouble = e;
            } finally {
                over.countDown();
            }
        }

        private boolean hasEnded(String stem) throws IOException {
            return queue.locate(stem).filter(view -> view.state().isTerminal()).isPresent();
        }

        private void awaitOver() {
            try {
                if (!over.await(LONGEST_LIFE_SECONDS, TimeUnit.SECONDS))
                    throw new AssertionError("the handler has not come to an end within " + LONGEST_LIFE_SECONDS
                            + " s; does it wait for a lock that the run before it, which died, still holds?");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while a handler ran", e);
            }
        }
    }

    // ------------------------------------------------------------------ what came of it

    /** What there is to see after a task has ended. */
    private record Seen(String state, JsonNode result, JsonNode effects, List<String> others) {

        boolean hasFailed() {
            return state.startsWith(TaskState.FAILED.word());
        }

        String differenceTo(Seen again) {
            List<String> found = new ArrayList<>();
            if (!state.equals(again.state)) found.add("the task was " + state + ", and is " + again.state);
            if (!result.equals(again.result)) found.add("its result was " + result + ", and is " + again.result);
            if (!effects.equals(again.effects))
                found.add("side effects were " + effects + ", and are " + again.effects);
            if (!others.equals(again.others))
                found.add("it submitted " + others + ", and after another run " + again.others);
            return String.join("; ", found);
        }
    }

    private Seen seen(Submission submitted, Set<String> before) throws IOException {
        TaskRecord record = record(submitted.stem()).orElseThrow();
        List<String> others = new ArrayList<>();
        for (TaskView view : all())
            if (!before.contains(view.stem()) && !view.stem().equals(submitted.stem()))
                record(view.stem())
                        .ifPresent(other -> others.add(other.value("kind").asText() + " " + other.value("args")));
        others.sort(String::compareTo);
        JsonNode result = tried.effects().comparesResult() ? record.result() : TextNode.valueOf("");
        return new Seen(
                stateOf(record), result, snapshot(tried.effects().state().get()), others);
    }

    private Optional<TaskRecord> record(String stem) throws IOException {
        Optional<TaskView> view = queue.locate(stem);
        return view.isEmpty() ? Optional.empty() : queue.read(view.get());
    }

    private static String stateOf(TaskRecord record) {
        return record.view().state().word()
                + record.error().map(error -> " (" + error + ")").orElse("");
    }

    /** What is seen now, whatever becomes of it. */
    private static JsonNode snapshot(@Nullable Object state) {
        try {
            return Json.tree(state).deepCopy();
        } catch (IllegalArgumentException noJson) {
            return TextNode.valueOf(String.valueOf(state));
        }
    }
}
