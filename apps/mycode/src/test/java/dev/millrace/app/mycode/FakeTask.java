package dev.millrace.app.mycode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Dependencies;
import dev.millrace.worker.TaskContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** A task of an app in a folder, which remembers what the handler told it. */
final class FakeTask implements TaskContext {
    record Progress(double fraction, String message) {}

    final List<Progress> progress = new ArrayList<>();
    private final Queue<SubstituteLoggingEvent> logged = new ArrayDeque<>();
    private final Logger logger = new SubstituteLogger("task", logged, false);
    private final Path appFolder;
    private final ObjectNode args;
    private final ObjectNode serviceArgs = Json.object();
    private double cancelAt = 2;
    private double interruptAt = 2;
    private boolean cancelled;

    FakeTask(Path appFolder, ObjectNode args) {
        this.appFolder = appFolder;
        this.args = args;
    }

    /** A task for a file, which is written first. */
    static FakeTask with(Path appFolder, String name, byte[] content) throws IOException {
        Files.write(appFolder.resolve(name), content);
        return new FakeTask(appFolder, Json.object().put("file", name));
    }

    static FakeTask with(Path appFolder, String content) throws IOException {
        return with(appFolder, "given.csv", content.getBytes(StandardCharsets.UTF_8));
    }

    FakeTask arg(String name, Object value) {
        args.set(name, Json.tree(value));
        return this;
    }

    FakeTask serviceArg(String name, Object value) {
        serviceArgs.set(name, Json.tree(value));
        return this;
    }

    FakeTask cancelledAt(double fraction) {
        cancelAt = fraction;
        return this;
    }

    FakeTask interruptedAt(double fraction) {
        interruptAt = fraction;
        return this;
    }

    /** What a worker would store: the handler's result, written as JSON and read again. */
    JsonNode run() throws Exception {
        return Json.parse(Json.bytes(new ProfileCsv().handle(this)));
    }

    @Override
    public String id() {
        return "t1";
    }

    @Override
    public String kind() {
        return "profile-csv";
    }

    @Override
    public ObjectNode args() {
        return args;
    }

    @Override
    public ObjectNode serviceArgs() {
        return serviceArgs;
    }

    @Override
    public JsonNode plan() {
        return Json.object();
    }

    @Override
    public JsonNode metadata() {
        return Json.object();
    }

    @Override
    public JsonNode chunk() {
        return Json.object();
    }

    @Override
    public ObjectNode document() {
        return Json.object();
    }

    @Override
    public Dependencies dependencies() {
        throw new UnsupportedOperationException("this app's tasks wait for no others");
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public String idempotencyKey() {
        return "k1";
    }

    @Override
    public String worker() {
        return "w1";
    }

    @Override
    public Path appFolder() {
        return appFolder;
    }

    @Override
    public boolean shouldStop() {
        return isCancelled();
    }

    @Override
    public void onStop(Runnable callback) {
        throw new UnsupportedOperationException("the handler under test looks for itself");
    }

    @Override
    public Optional<Duration> timeLeft() {
        return Optional.empty();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void progress(double fraction, String message) {
        progress.add(new Progress(fraction, message));
        cancelled = fraction >= cancelAt;
        if (fraction >= interruptAt) Thread.currentThread().interrupt();
    }

    /** What the handler logged, each with its level. */
    List<String> lines() {
        return logged.stream()
                .map(event -> event.getLevel() + " "
                        + MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()))
                .toList();
    }

    @Override
    public Logger logger() {
        return logger;
    }
}
