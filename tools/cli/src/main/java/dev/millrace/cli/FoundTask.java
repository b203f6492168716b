package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.util.List;

/** Finds tasks by what people call them. */
final class FoundTask {
    private static final int SHOWN = 3;

    private FoundTask() {}

    /** All tasks of an id, the newest first; never empty. */
    static List<TaskView> all(Service service, String id, String where) throws IOException, CommandException {
        List<TaskView> found = service.queue().find(id);
        if (!found.isEmpty()) return found;
        String app = service.env().target();
        List<String> near = id.isBlank() ? List.of() : near(service, id);
        String meant =
                near.isEmpty() ? "; " + TaskView.DROPPED_FILES : "; did you mean " + String.join(" or ", near) + "?";
        throw new CommandException(
                ExitCode.FAILED, "there is no task '" + id + "' of " + app + meant, "millrace tasks" + where);
    }

    private static List<String> near(Service service, String id) throws IOException {
        return service.queue().list(TaskFilter.all().withIdPart(id).withLimit(SHOWN)).stream()
                .map(TaskView::id)
                .distinct()
                .toList();
    }
}
