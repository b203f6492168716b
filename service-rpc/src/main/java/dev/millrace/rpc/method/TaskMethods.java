package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.TaskSelection;
import dev.millrace.control.TaskVerbs;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.storage.Disk;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code task.*}: the answers are those of the command line's {@code --json}. */
final class TaskMethods {
    private static final int MOST = 100_000;
    private static final int LONGEST_WAIT_SEC = 300;

    private TaskMethods() {}

    private interface Ask {
        ObjectNode of(TaskVerbs tasks, RpcParams params) throws Exception;
    }

    private static MethodSpec spec(String name, String does, Shape params, Shape result, Ask ask) {
        return MethodSpec.of(
                name,
                does,
                params,
                result,
                (Surroundings around, RpcParams given) -> ask.of(verbs(around, given), given));
    }

    private static TaskVerbs verbs(Surroundings around, RpcParams given) throws Exception {
        return TaskVerbs.of(ServiceMethods.hosted(around, given).service(), Disk.local(), Time.system());
    }

    static List<MethodSpec> all() {
        Shape one = ServiceMethods.service().need("id", "string", "the task's id or unique name");
        Shape changed = TaskAnswers.tasks(TaskAnswers.changed(), "those that were meant, as they were before")
                .may("changed", "integer", "how many were changed")
                .may("would_change", "integer", "how many would be");
        Shape paused = Shape.object().needList("paused", Answers.pause(), "what is; empty for nothing");
        return List.of(
                spec(
                        "task.list",
                        "Lists tasks, the newest first.",
                        filter().may("limit", "integer", "at most so many", 50)
                                .may("offset", "integer", "leaves out the first so many", 0),
                        TaskAnswers.tasks(TaskAnswers.listed(), "the newest first")
                                .need("total", "integer", "how many there are"),
                        (tasks, params) -> tasks.list(
                                states(params),
                                params.text("matching").orElse(""),
                                params.text("kind").orElse(""),
                                (int) params.whole("limit", 50, 1, MOST),
                                (int) params.whole("offset", 0, 0, Integer.MAX_VALUE))),
                spec(
                        "task.show",
                        "Shows everything that is known of one task.",
                        one,
                        TaskAnswers.shown(),
                        (tasks, params) -> tasks.show(params.requiredText("id"))),
                MethodSpec.patient(
                        "task.await",
                        "Waits until tasks have ended, and tells what came of them. Whoever closes its end of the connection meanwhile hears within some ten seconds how things stand.",
                        ServiceMethods.service()
                                .need("ids", "string[]", "their ids or unique names")
                                .may("timeout_sec", "number", "at most so long, all together; up to 300", 30),
                        TaskAnswers.tasks(TaskAnswers.awaited(), "in the order of ids"),
                        (around, params, call) -> verbs(around, params)
                                .await(idsIn(params), waitIn(params).minus(call.age()), call::isAbandoned)),
                spec(
                        "task.cancel",
                        "Calls tasks off: those that wait end at once, of those that run the handler is told and interrupted.",
                        selection().may("reason", "string", "stands in their documents", "cancelled by an operator"),
                        TaskAnswers.tasks(TaskAnswers.cancelled(), "those that were meant"),
                        (tasks, params) -> tasks.cancel(
                                selected(params), params.text("reason").orElse("cancelled by an operator"))),
                spec(
                        "task.retry",
                        "Runs tasks again that failed or were cancelled.",
                        selection(),
                        changed,
                        (tasks, params) -> tasks.retry(selected(params))),
                spec(
                        "task.requeue",
                        "Lets tasks that wait for their time begin now.",
                        selection(),
                        changed,
                        (tasks, params) -> tasks.requeue(selected(params))),
                spec(
                        "task.discard",
                        "Removes ended tasks with their results and logs.",
                        selection(),
                        changed,
                        (tasks, params) -> tasks.discard(selected(params))),
                spec(
                        "task.pause",
                        "Begins nothing more of a kind, or of all; tells what is paused.",
                        kind().may("reason", "string", "for people", ""),
                        paused,
                        (tasks, params) -> tasks.pause(
                                kindIn(params), params.text("reason").orElse(""))),
                spec(
                        "task.resume",
                        "Ends such a pause; tells what is still paused.",
                        kind(),
                        paused,
                        (tasks, params) -> tasks.resume(kindIn(params))),
                spec(
                        "task.pauses",
                        "Tells what is paused.",
                        ServiceMethods.service(),
                        paused,
                        (tasks, params) -> tasks.pauses()),
                spec(
                        "task.logs",
                        "Gives the last lines that a task has logged.",
                        ServiceMethods.service()
                                .need("id", "string", "the task")
                                .may("lines", "integer", "at most so many", 1_000),
                        TaskAnswers.placed()
                                .need("path", "string", "where its log is, or would be")
                                .need("lines", "string[]", "the lines"),
                        (tasks, params) ->
                                tasks.logs(params.requiredText("id"), (int) params.whole("lines", 1_000, 1, MOST))),
                spec(
                        "task.progress",
                        "Tells how far a task is.",
                        one,
                        TaskAnswers.placed()
                                .need("attempt", "integer", "which attempt; 0 when nobody knows")
                                .need("progress", TaskAnswers.progress().orNull(), "null when it has said nothing"),
                        (tasks, params) -> tasks.progress(params.requiredText("id"))));
    }

    private static Shape filter() {
        return ServiceMethods.service()
                .may(
                        "states",
                        "string[]",
                        "in these states: blocked, scheduled, pending, running, done, failed, cancelled")
                .may("kind", "string", "of this kind")
                .may("matching", "string", "whose id contains this");
    }

    private static Shape selection() {
        return filter().may("ids", "string[]", "these, by id or unique name; instead of a filter")
                .may("older_than_sec", "number", "submitted or due longer ago than this")
                .may("limit", "integer", "at most so many, the oldest first", MOST)
                .may("dry_run", "boolean", "only tells which they are", false);
    }

    private static Shape kind() {
        return ServiceMethods.service()
                .may("kind", "string", "the kind")
                .may("all", "boolean", "the whole queue instead", false);
    }

    private static Set<TaskState> states(RpcParams params) throws RpcException {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        for (String word : params.texts("states"))
            states.add(TaskState.of(word)
                    .orElseThrow(() -> RpcException.invalidParam("states", "there is no state '" + word + "'")));
        return states;
    }

    private static TaskSelection selected(RpcParams params) throws RpcException {
        return new TaskSelection(
                params.texts("ids"),
                states(params),
                params.text("kind").orElse(""),
                params.text("matching").orElse(""),
                params.number("older_than_sec"),
                (int) params.whole("limit", MOST, 1, MOST),
                params.flag("dry_run", false));
    }

    private static List<String> idsIn(RpcParams params) throws RpcException {
        List<String> ids = params.texts("ids");
        if (ids.isEmpty()) throw RpcException.invalidParam("ids", "'ids' must name at least one task");
        return ids;
    }

    private static Duration waitIn(RpcParams params) throws RpcException {
        double seconds = params.number("timeout_sec").orElse(30);
        if (seconds < 0 || seconds > LONGEST_WAIT_SEC)
            throw RpcException.invalidParam("timeout_sec", "'timeout_sec' must be 0 to " + LONGEST_WAIT_SEC);
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static Optional<String> kindIn(RpcParams params) throws RpcException {
        Optional<String> kind = params.text("kind");
        if (kind.isPresent() == params.flag("all", false))
            throw RpcException.invalidParam("kind", "give either 'kind', or 'all' as true");
        return kind;
    }
}
