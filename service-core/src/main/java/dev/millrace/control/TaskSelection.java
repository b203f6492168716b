package dev.millrace.control;

import dev.millrace.control.ControlException.Reason;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskView;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Which tasks are meant: by their ids, or all that fit.
 *
 * @param ids ids or unique names; empty when a filter says which
 * @param states in these states; empty for those that fit the verb
 * @param kind of this kind; empty for all
 * @param matching whose id contains this; empty for all
 * @param olderThanSec submitted or due longer ago than this; empty for all
 * @param limit at most so many, the oldest first
 * @param dryRun only says which they are
 */
public record TaskSelection(
        List<String> ids,
        Set<TaskState> states,
        String kind,
        String matching,
        OptionalDouble olderThanSec,
        int limit,
        boolean dryRun) {
    private static final int SHOWN = 3;

    /** @throws ControlException when nothing says which are meant, or both do */
    public TaskSelection {
        ids = ids.stream().distinct().toList();
        states = Set.copyOf(states);
        if (limit < 1) throw new ControlException(Reason.BAD_REQUEST, "limit must be 1 or more, not " + limit);
        boolean filtered = !states.isEmpty() || !kind.isEmpty() || !matching.isEmpty() || olderThanSec.isPresent();
        if (ids.isEmpty() != filtered)
            throw new ControlException(
                    Reason.BAD_REQUEST,
                    "name tasks by 'ids', or say which by 'states', 'kind', 'matching' or 'older_than_sec'"
                            + (ids.isEmpty() ? "" : ", not both"));
    }

    List<TaskView> find(Service service, Set<TaskState> fitting, double now) throws IOException {
        if (!ids.isEmpty()) return named(service);
        double before = olderThanSec.isPresent() ? now - olderThanSec.getAsDouble() : Double.POSITIVE_INFINITY;
        Set<TaskState> wanted = states.isEmpty() ? fitting : states;
        return service.queue().list(new TaskFilter(EnumSet.copyOf(wanted), matching, kind, before, limit));
    }

    /** Of those that failed or were cancelled, when a filter says which, those that have not been run again. */
    List<TaskView> notRunAgain(Service service, double now) throws IOException {
        Set<TaskState> failed = EnumSet.of(TaskState.FAILED);
        if (!ids.isEmpty()) return find(service, failed, now);
        List<TaskView> all = new TaskSelection(ids, states, kind, matching, olderThanSec, Integer.MAX_VALUE, dryRun)
                .find(service, failed, now);
        List<TaskView> left = service.queue().control().notRunAgain(all);
        return left.subList(0, Math.min(limit, left.size()));
    }

    /** An id and a unique name may be those of one task. */
    private List<TaskView> named(Service service) throws IOException {
        List<TaskView> tasks = new ArrayList<>();
        Set<String> stems = new HashSet<>();
        for (String id : ids) {
            TaskView task = one(service, id);
            if (stems.add(task.stem())) tasks.add(task);
        }
        return tasks;
    }

    /** A unique name leads to its task without a look at all the others; there may be thousands of names. */
    private static TaskView one(Service service, String id) throws IOException {
        if (TaskOrder.isOurs(id)) {
            Optional<TaskView> located = service.queue().locate(id);
            if (located.isPresent()) return located.get();
        }
        return all(service, id).get(0);
    }

    /** All tasks of an id, the newest first; never empty. */
    static List<TaskView> all(Service service, String id) throws IOException {
        List<TaskView> found = service.queue().find(id);
        if (!found.isEmpty()) return found;
        List<String> near = id.isBlank()
                ? List.of()
                : service.queue().list(TaskFilter.all().withIdPart(id).withLimit(SHOWN)).stream()
                        .map(TaskView::id)
                        .distinct()
                        .toList();
        String meant =
                near.isEmpty() ? "; " + TaskView.DROPPED_FILES : "; did you mean " + String.join(" or ", near) + "?";
        throw new ControlException(
                Reason.UNKNOWN_TASK,
                "there is no task '" + id + "' of " + service.env().target() + meant);
    }
}
