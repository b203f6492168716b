package dev.millrace.cli;

import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Handlers of the test's app. */
public final class TestHandlers {
    private TestHandlers() {}

    /** Returns what it was given. */
    public static final class Echo implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            task.logger().info("echo of {}", task.args());
            return Map.of(
                    "args", task.args(), "service", task.serviceArgs(), "chunk", task.chunk(), "worker", task.worker());
        }
    }

    /** Fails. */
    public static final class Fail implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            throw new java.io.IOException("the input is not there");
        }
    }

    /** Logs a line, waits until the file exists that it is given, and logs another. */
    public static final class Gate implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            task.logger().info("waiting");
            waitFor(Path.of(task.args().path("file").asText()));
            task.logger().info("open");
            return "went through";
        }
    }

    /** Stands for the sample app's handler: answers in its form, and waits while the app's folder has a file "hold". */
    public static final class Profile implements TaskHandler {
        @Override
        public Object handle(TaskContext task) throws Exception {
            while (Files.exists(task.appFolder().resolve("hold"))) pause();
            Path file = task.appFolder().resolve(task.args().path("file").asText());
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty()) throw new java.io.IOException(file + " is empty");
            return Map.of(
                    "file",
                    task.args().path("file").asText(),
                    "rows",
                    lines.size() - 1,
                    "bad_rows",
                    0,
                    "column_count",
                    1,
                    "columns",
                    List.of(Map.of("type", "integer", "missing", 7)));
        }
    }

    private static void waitFor(Path file) throws InterruptedException {
        while (!Files.exists(file)) pause();
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(5_000_000);
        if (Thread.interrupted()) throw new InterruptedException("told to stop");
    }
}
