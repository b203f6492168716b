package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.worker.RulesByKind;
import dev.millrace.worker.TaskHandler;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a {@link TestService} is made.
 *
 * @param handlers makes the handler of each kind, once for each service, and once for each life in {@link
 *     TestService#crashEverywhere}
 * @param offered true to add the handlers that {@link java.util.ServiceLoader} finds
 * @param inline true when submitting runs the task at once
 * @param drainLimit the most attempts in one {@link TestService#drain}, at least 1
 * @param rules how long attempts may run and how often tasks are tried, when a task says nothing
 * @param start what the clock shows at first
 * @param appFolder the app's folder
 * @param serviceArgs what the service would be started with
 */
public record TestServiceOptions(
        Map<String, Supplier<TaskHandler>> handlers,
        boolean offered,
        boolean inline,
        int drainLimit,
        RulesByKind rules,
        Instant start,
        Path appFolder,
        ObjectNode serviceArgs) {
    /** The drain limit when nobody says otherwise. */
    public static final int USUAL_LIMIT = 10_000;

    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    public TestServiceOptions {
        if (drainLimit < 1) throw new IllegalArgumentException("drain limit " + drainLimit + " must be at least 1");
        handlers = Map.copyOf(handlers);
        serviceArgs = serviceArgs.deepCopy();
    }

    /** No handlers, no rules, nothing inline. */
    public static TestServiceOptions defaults() {
        return new TestServiceOptions(
                Map.of(), false, false, USUAL_LIMIT, RulesByKind.NONE, START, Path.of(""), Json.object());
    }

    /** With the handlers that {@link java.util.ServiceLoader} finds. */
    public static TestServiceOptions ofApp() {
        return defaults().withOffered(true);
    }

    public TestServiceOptions withHandler(String kind, Supplier<TaskHandler> handler) {
        Map<String, Supplier<TaskHandler>> more = new LinkedHashMap<>(handlers);
        more.put(kind, handler);
        return new TestServiceOptions(more, offered, inline, drainLimit, rules, start, appFolder, serviceArgs);
    }

    public TestServiceOptions withOffered(boolean newOffered) {
        return new TestServiceOptions(handlers, newOffered, inline, drainLimit, rules, start, appFolder, serviceArgs);
    }

    public TestServiceOptions withInline(boolean newInline) {
        return new TestServiceOptions(handlers, offered, newInline, drainLimit, rules, start, appFolder, serviceArgs);
    }

    public TestServiceOptions withDrainLimit(int newLimit) {
        return new TestServiceOptions(handlers, offered, inline, newLimit, rules, start, appFolder, serviceArgs);
    }

    public TestServiceOptions withRules(RulesByKind newRules) {
        return new TestServiceOptions(handlers, offered, inline, drainLimit, newRules, start, appFolder, serviceArgs);
    }

    public TestServiceOptions withStart(Instant newStart) {
        return new TestServiceOptions(handlers, offered, inline, drainLimit, rules, newStart, appFolder, serviceArgs);
    }

    public TestServiceOptions withAppFolder(Path newFolder) {
        return new TestServiceOptions(handlers, offered, inline, drainLimit, rules, start, newFolder, serviceArgs);
    }

    /** @throws IllegalArgumentException when they cannot be written as JSON */
    public TestServiceOptions withServiceArgs(Map<String, ?> newArgs) {
        ObjectNode args = Json.object();
        newArgs.forEach((name, value) -> args.set(name, Json.tree(value)));
        return new TestServiceOptions(handlers, offered, inline, drainLimit, rules, start, appFolder, args);
    }
}
