package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The tasks that a command is about: named one by one, or all that match. */
final class Selection {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Their ids, or the unique names of their files.")
    List<String> ids = List.of();

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "All in these states: ${COMPLETION-CANDIDATES}; may be repeated.",
            completionCandidates = TasksCommand.States.class)
    @Nullable
    List<String> states;

    @Option(names = "--kind", paramLabel = "KIND", description = "All of this kind.")
    String kind = "";

    @Option(names = "--matching", paramLabel = "PART", description = "All whose id contains this.")
    String idPart = "";

    @Option(
            names = "--older-than",
            paramLabel = "S",
            description = "All that were submitted, or were due, more than so many seconds ago.")
    @Nullable
    Double olderThan;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the oldest first (default: all).")
    int limit = Integer.MAX_VALUE;

    @Option(names = "--dry-run", description = "Only show which they are.")
    boolean dryRun;

    private boolean hasFilter() {
        return states != null || !kind.isEmpty() || !idPart.isEmpty() || olderThan != null;
    }

    /**
     * The tasks.
     *
     * @param fitting the states that the command can do anything about; those that are meant when none is named
     */
    List<TaskView> find(Service service, Set<TaskState> fitting, Shell shell, String command, String where)
            throws IOException, CommandException {
        return find(service, fitting, shell, command, where, limit);
    }

    /** The same without those that a filter finds although they were run again before. */
    List<TaskView> findNotRunAgain(Service service, Set<TaskState> fitting, Shell shell, String command, String where)
            throws IOException, CommandException {
        List<TaskView> all = find(service, fitting, shell, command, where, Integer.MAX_VALUE);
        if (!ids.isEmpty()) return all;
        List<TaskView> left = service.queue().control().notRunAgain(all);
        return left.subList(0, Math.min(limit, left.size()));
    }

    private List<TaskView> find(
            Service service, Set<TaskState> fitting, Shell shell, String command, String where, int most)
            throws IOException, CommandException {
        if (ids.isEmpty() == !hasFilter())
            throw CommandException.badCommandLine(
                    "name tasks by their ids, or say which with --state, --kind, --matching or --older-than"
                            + (ids.isEmpty() ? "" : ", not both"),
                    "millrace " + command + " --help");
        if (limit < 1) throw CommandException.badCommandLine("--limit must be 1 or more, not " + limit, "");
        if (!ids.isEmpty()) return named(service, where);
        Set<TaskState> wanted = states == null ? fitting : TasksCommand.states(states);
        double before =
                olderThan == null ? Double.POSITIVE_INFINITY : shell.time().epochSeconds() - olderThan;
        return service.queue().list(new TaskFilter(EnumSet.copyOf(wanted), idPart, kind, before, most));
    }

    private List<TaskView> named(Service service, String where) throws IOException, CommandException {
        List<TaskView> tasks = new ArrayList<>();
        Set<String> stems = new HashSet<>();
        for (String id : ids) {
            TaskView task = FoundTask.all(service, id, where).get(0);
            if (stems.add(task.stem())) tasks.add(task);
        }
        return tasks;
    }
}
