package dev.millrace.queue;

import dev.millrace.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where things lie in a queue directory.
 *
 * @param root the queue folder
 */
public record QueueLayout(Path root) {
    public QueueLayout {
        root = root.toAbsolutePath().normalize();
    }

    /** The folder of one state. */
    public Path folder(TaskState state) {
        return root.resolve(state.word());
    }

    /**
     * The place of a file in the folder of a state; empty when no file can be called so, or none that this process could
     * spell: names that others wrote down are not to be trusted.
     */
    Optional<Path> file(TaskState state, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > TerminalNames.LONGEST) return Optional.empty();
        try {
            Path file = folder(state).resolve(name);
            return Optional.of(file).filter(found -> folder(state).equals(found.getParent()));
        } catch (InvalidPathException noName) {
            return Optional.empty();
        }
    }

    /** One file for each worker. */
    public Path heartbeats() {
        return root.resolve("heartbeats");
    }

    /** What operators ask for, the steward's lease, and what the queue must remember. */
    public Path control() {
        return root.resolve("control");
    }

    /** One log of outcomes for each incarnation that settled something not yet known to be on disk. */
    public Path outcomes() {
        return control().resolve("outcomes");
    }

    /** What is paused. */
    public Path pauses() {
        return control().resolve("pauses.json");
    }

    /** One file for each task that is to be called off. */
    public Path cancels() {
        return control().resolve("cancel");
    }

    /** How long tasks of each kind run. */
    public Path runtimes() {
        return control().resolve("runtimes.json");
    }

    /** Tasks on their way from one end to another beginning. */
    Path secondRuns() {
        return control().resolve("second-runs");
    }

    /** Held by whoever begins a task that is limited. */
    Path limits() {
        return control().resolve("limits.lock");
    }

    /** What is known of jobs. */
    public Path jobs() {
        return control().resolve("jobs");
    }

    /** How many tasks of each kind with a rate may begin still. */
    Path rates() {
        return control().resolve("rates");
    }

    /** One file for each kind that has failed lately. */
    Path breakers() {
        return control().resolve("breakers");
    }

    /** One record for each unfinished task that was tried before. */
    public Path attempts() {
        return control().resolve("attempts");
    }

    /** Recurring tasks: their definitions, when they fired, and what is ready to be let in. */
    public Path recurring() {
        return control().resolve("recurring");
    }

    /** Groups that are being submitted, a folder for each. */
    public Path groups() {
        return control().resolve("groups");
    }

    /** What is remembered of tasks that wait for others. */
    public Path waits() {
        return control().resolve("waits");
    }

    /** Who has which unique key. */
    public Path unique() {
        return control().resolve("unique");
    }

    /** One log for each task that wrote any. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** One file for each value that is too large for its task's document. */
    public Path payloads() {
        return root.resolve("payloads");
    }

    /** Every folder, parents first. */
    public List<Path> folders() {
        List<Path> folders = new ArrayList<>(List.of(root));
        for (TaskState state : TaskState.values()) folders.add(folder(state));
        folders.addAll(List.of(heartbeats(), control(), outcomes(), attempts(), cancels(), logs(), payloads()));
        return folders;
    }
}
