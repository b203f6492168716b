package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.TaskGroup;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A group of tasks and its callback. */
final class GroupOptions {
    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "The tasks of --file, one document a line, are a group of this name; goes with --then.")
    @Nullable
    String name;

    @Option(
            names = "--then",
            paramLabel = "KIND",
            description =
                    "What runs once when the whole group has ended; --arg and --args are its arguments, and options of a"
                            + " task, such as --id or --max-attempts, are its own.")
    @Nullable
    String then;

    boolean isGiven() {
        return name != null || then != null;
    }

    /** @param callback what its options say */
    TaskGroup group(@Nullable String file, TaskOptions callback, Optional<ObjectNode> args, Shell shell)
            throws CommandException {
        if (name == null || then == null || file == null)
            throw CommandException.badCommandLine(
                    "a group needs --group NAME, --file FILE with one task document a line, and --then KIND", "");
        if (callback.kind != null)
            throw CommandException.badCommandLine("--then names the callback's kind, so --kind cannot be given", "");
        callback.kind = then;
        Task last = callback.task(args, shell);
        try {
            return new TaskGroup(name, TaskFile.readLines(file, shell), last);
        } catch (InvalidTaskException e) {
            throw CommandException.badCommandLine(String.valueOf(e.getMessage()), "millrace submit --help");
        }
    }
}
