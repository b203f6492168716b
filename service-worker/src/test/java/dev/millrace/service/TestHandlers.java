package dev.millrace.service;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Handlers that behave in every way that a handler may. */
public final class TestHandlers {
    static final Map<String, Class<?>> BY_KIND = new LinkedHashMap<>();

    static {
        BY_KIND.put("echo", Echo.class);
        BY_KIND.put("gate", Gate.class);
        BY_KIND.put("count", Count.class);
        BY_KIND.put("throw", Throw.class);
        BY_KIND.put("error", ThrowError.class);
        BY_KIND.put("exit", Exit.class);
        BY_KIND.put("spin", Spin.class);
        BY_KIND.put("leak", Leak.class);
        BY_KIND.put("huge", Huge.class);
        BY_KIND.put("cycle", Cycle.class);
        BY_KIND.put("unwritable", Unwritable.class);
        BY_KIND.put("halt", Halt.class);
        BY_KIND.put("slow-to-make", SlowToMake.class);
        BY_KIND.put("look", Look.class);
        BY_KIND.put("phases", Phases.class);
    }

    private TestHandlers() {}

    /** Returns what it was given. */
    public static final class Echo implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            task.logger().info("echo of {}", task.id());
            return Map.of("args", task.args(), "service", task.serviceArgs(), "worker", task.worker());
        }
    }

    /** Says that it runs, then waits until a file appears. */
    public static final class Gate implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            Path folder = Path.of(task.args().path("folder").asText());
            Files.writeString(
                    folder.resolve("began-" + task.id() + "-" + task.attempt()),
                    Long.toString(ProcessHandle.current().pid()));
            while (!Files.exists(folder.resolve("open"))) {
                if (Thread.interrupted()) throw new InterruptedException("told to stop");
                LockSupport.parkNanos(5_000_000);
            }
            return task.attempt();
        }
    }

    /** Appends a line to a file, after a little work. */
    public static final class Count implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            LockSupport.parkNanos(task.args().path("nanos").asLong(1_000_000));
            Files.writeString(
                    Path.of(task.args().path("file").asText()),
                    task.id() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return task.attempt();
        }
    }

    /** Fails in the ordinary way. */
    public static final class Throw implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            throw new java.io.IOException("the input is not there");
        }
    }

    /** Fails with an error. */
    public static final class ThrowError implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            throw new AssertionError("this cannot be");
        }
    }

    /** Ends the virtual machine. */
    public static final class Exit implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            System.exit(3);
            return "never";
        }
    }

    /** Ends the virtual machine without any hook. */
    public static final class Halt implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            Runtime.getRuntime().halt(9);
            return "never";
        }
    }

    /** Says that it runs when it is told where, and hears no interrupt. */
    public static final class Spin implements TaskHandler {
        static volatile long turns;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        public Object handle(TaskContext task) throws IOException {
            if (task.args().has("began"))
                Files.createFile(Path.of(task.args().path("began").asText()));
            while (turns >= 0) {
                turns++;
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
            }
            return "never";
        }
    }

    /** Leaves threads behind. */
    public static final class Leak implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            for (int i = 0; i < 20; i++) new Thread(LockSupport::park, "leaked-" + i).start();
            return "left";
        }
    }

    /** Cannot be made while the file exists that the worker's Java option names: its worker begins and never beats. */
    public static final class SlowToMake implements TaskHandler {
        /** Two files: while the first exists it hangs, and while the second exists it ends the process. */
        static final String HANG = "test.hang";

        static final String EXIT = "test.exit";

        public SlowToMake() {
            if (isThere(EXIT)) Runtime.getRuntime().halt(7);
            while (isThere(HANG)) LockSupport.parkNanos(5_000_000);
        }

        private static boolean isThere(String property) {
            String file = System.getProperty(property);
            return file != null && Files.exists(Path.of(file));
        }

        @Override
        public Object handle(TaskContext task) {
            return "made";
        }
    }

    /** Says what it sees: its key, its attempt, its environment; fails, or reports progress and waits, when asked to. */
    public static final class Look implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            Path folder = Path.of(task.args().path("folder").asText());
            Files.writeString(folder.resolve("key-" + task.attempt()), task.idempotencyKey());
            if (task.args().path("throw").asBoolean()) throw new java.io.IOException("as it was asked to");
            if (task.args().path("wait").asBoolean()) {
                task.progress(0.25, "a quarter");
                while (!Files.exists(folder.resolve("open"))) LockSupport.parkNanos(5_000_000);
            }
            return System.getenv();
        }
    }

    /** Does in each attempt what the argument "phases" says: throw, die, hang until it is interrupted, or be done. */
    public static final class Phases implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            String phase = task.args().path("phases").path(task.attempt() - 1).asText();
            task.progress(0.5, phase);
            if (phase.equals("throw")) throw new java.io.IOException("as it was asked to");
            if (phase.equals("die")) Runtime.getRuntime().halt(9);
            if (phase.equals("hang")) new CountDownLatch(1).await();
            return task.attempt();
        }
    }

    /** Returns a hundred megabytes. */
    public static final class Huge implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return "x".repeat(100 << 20);
        }
    }

    /** Returns something that contains itself. */
    public static final class Cycle implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("self", map);
            return map;
        }
    }

    /** Returns something that has no JSON form. */
    public static final class Unwritable implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return new NoValue();
        }
    }

    /** A bean whose only property cannot be read. */
    public static final class NoValue {
        public String getValue() {
            return Objects.requireNonNull(System.getProperty("no.such.property"), "no value");
        }
    }
}
