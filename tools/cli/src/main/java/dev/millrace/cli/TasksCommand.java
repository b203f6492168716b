package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ProgressReports;
import dev.millrace.control.TaskFacts;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace tasks}. */
@Command(name = "tasks", description = "Lists tasks, the newest first. Only looks.")
final class TasksCommand extends AppCommand {
    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "Only these: ${COMPLETION-CANDIDATES}; may be repeated.",
            completionCandidates = States.class)
    @Nullable
    List<String> states;

    @Option(names = "--id", paramLabel = "PART", description = "Only those whose id contains this.")
    String idPart = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    int limit = 50;

    @Option(names = "--offset", paramLabel = "N", description = "Leaves out the first so many (default: 0).")
    int offset;

    @Option(names = "--kind", paramLabel = "KIND", description = "Only those of this kind.")
    String kind = "";

    @Option(
            names = "--older-than",
            paramLabel = "S",
            description = "Only those that were submitted, or were due, more than so many seconds ago.")
    @Nullable
    Double olderThan;

    TasksCommand(Shell shell) {
        super(shell);
    }

    /** The words of the states, for help and completion. */
    static final class States extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        States() {
            for (TaskState state : TaskState.values()) add(state.word());
        }
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (limit < 1) throw CommandException.badCommandLine("--limit must be 1 or more, not " + limit, "");
        TaskQueue queue = service.queue();
        if (offset < 0) throw CommandException.badCommandLine("--offset must be 0 or more, not " + offset, "");
        double before =
                olderThan == null ? Double.POSITIVE_INFINITY : shell.time().epochSeconds() - olderThan;
        List<TaskView> all = queue.list(new TaskFilter(wanted(), idPart, kind, before, Integer.MAX_VALUE));
        List<TaskView> shown = all.stream()
                .sorted(Comparator.comparingLong(TasksCommand::age).reversed())
                .skip(offset)
                .limit(limit)
                .toList();
        return answer(service, shown, all.size());
    }

    /** Tasks of strangers have no time in their names; they come last. */
    private static long age(TaskView view) {
        return TaskOrder.dueMicrosOf(view.stem()).orElse(0);
    }

    private Set<TaskState> wanted() throws CommandException {
        return states == null ? EnumSet.allOf(TaskState.class) : states(states);
    }

    static Set<TaskState> states(List<String> words) throws CommandException {
        Set<TaskState> wanted = EnumSet.noneOf(TaskState.class);
        for (String word : words) wanted.add(state(word.strip()));
        return wanted;
    }

    private static TaskState state(String word) throws CommandException {
        return TaskState.of(word)
                .orElseThrow(() -> CommandException.badCommandLine(
                        "--state must be one of " + String.join(", ", new States()) + ", not '" + word + "'", ""));
    }

    private Answer answer(Service service, List<TaskView> views, int total) throws IOException {
        Table table = new Table("ID", "STATE", "KIND", ">ATTEMPT", ">AGE", ">RUNTIME", "WORKER", "REMARK");
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("tasks");
        double now = shell.time().epochSeconds();
        ProgressReports reports = ProgressReports.about(service, views);
        for (TaskView view : views) {
            TaskFacts facts = TaskFacts.of(service, view);
            Optional<Heartbeat.Progress> progress = reports.of(facts);
            list.add(facts.summary(progress));
            table.row(row(facts, now, progress).toArray());
        }
        json.put("total", total);
        int left = Math.max(0, total - offset - views.size());
        String more = left > 0 ? left + " more; --offset " + (offset + views.size()) + " shows the next\n" : "";
        return Answer.ok(json, table.isEmpty() ? "no tasks\n" : table.text(shell.terminal()) + more);
    }

    private static List<Object> row(TaskFacts facts, double now, Optional<Heartbeat.Progress> progress) {
        double created = facts.moment("created_at");
        return List.of(
                facts.view().id(),
                facts.view().state().word(),
                facts.text("kind", Shown.NOTHING),
                facts.attempt() == 0 ? Shown.NOTHING : facts.attempt(),
                created > 0 ? Shown.seconds(Math.max(0, now - created)) : Shown.NOTHING,
                facts.record().runtimeSeconds().map(Shown::seconds).orElse(Shown.NOTHING),
                facts.worker(),
                facts.record().error().or(() -> runningAt(facts, progress)).orElse(""));
    }

    private static Optional<String> runningAt(TaskFacts facts, Optional<Heartbeat.Progress> progress) {
        return progress.filter(none -> facts.view().state() == TaskState.RUNNING)
                .map(Shown::progress);
    }
}
