package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.Hosted;
import dev.millrace.control.SubmittedTask;
import dev.millrace.health.HealthGate;
import dev.millrace.health.HealthReport;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import dev.millrace.task.UniquePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** {@code service.*}: the verbs of serve and of submit. */
final class ServiceMethods {
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    /** So long a stop goes on that nobody waits for any more. */
    private static final Duration FOR_NOBODY = Duration.ofMinutes(1);

    private ServiceMethods() {}

    static List<MethodSpec> all() {
        Shape report = ServiceAnswers.report();
        return List.of(
                MethodSpec.of(
                        "service.list",
                        "Lists the apps and services of the share.",
                        Shape.object(),
                        Shape.object().need("services", "string[]", "their names"),
                        (around, params) -> {
                            ObjectNode json = Json.object();
                            json.set("services", Json.tree(around.control().services()));
                            return json;
                        }),
                MethodSpec.patient(
                        "service.start",
                        "Starts the workers of an app, or takes up those that run; as processes of their own, never as threads of the daemon.",
                        options(),
                        report,
                        ServiceMethods::start),
                MethodSpec.of(
                        "service.status",
                        "Shows who works and what waits; mends on the way unless options.observe is true.",
                        options(),
                        report,
                        (around, params) -> hosted(around, params)
                                .service()
                                .serve(Action.STATUS, optionsIn(params))
                                .toJson()),
                MethodSpec.patient(
                        "service.stop",
                        "Stops the workers and says whether that is proven. When its caller has gone it waits no longer than a minute: the workers end all the same, and another stop says whether that is proven.",
                        options(),
                        report,
                        ServiceMethods::stop),
                MethodSpec.of(
                        "service.health",
                        "Gives the health document, and the gate's verdict on it.",
                        options(),
                        ServiceAnswers.health()
                                .need("gate", ServiceAnswers.gate(), "the verdict, and what was compared")
                                .may("message", "string", "what to do; absent when nothing is")
                                .need(
                                        "answer",
                                        ServiceAnswers.withoutHealth(),
                                        "what service.status would have answered"),
                        ServiceMethods::health),
                MethodSpec.of(
                        "service.submit",
                        "Submits one task, several, or a group with a callback.",
                        service()
                                .may(
                                        "task",
                                        TaskAnswers.document(),
                                        "a task's document; it may have any key of a task, see docs/reference/tasks.md")
                                .mayList("tasks", TaskAnswers.document(), "several, in this order")
                                .may("group", TaskAnswers.group(), "with tasks: these belong together")
                                .may(
                                        MethodSpec.KEY,
                                        "string",
                                        "with task or tasks that have no unique_key: the same key again adds nothing, for an hour"),
                        TaskAnswers.tasks(TaskAnswers.taken(), "those that were submitted; of a group, its callback")
                                .need("status", "string", "queued or discarded")
                                .may("group", TaskAnswers.takenGroup(), "the group"),
                        ServiceMethods::submit),
                MethodSpec.of(
                        "service.snapshot",
                        "Writes the operator's snapshot.",
                        service().may("observe", "boolean", "mend nothing", false),
                        Shape.object().need("path", "string", "where it is"),
                        (around, params) -> Json.object()
                                .put(
                                        "path",
                                        hosted(around, params)
                                                .service()
                                                .exportSnapshot(ServeOptions.defaults()
                                                        .withObserve(params.flag("observe", false)))
                                                .toString())),
                MethodSpec.of(
                        "service.drain",
                        "Asks workers to finish what they run and take no more, or to take work again.",
                        service()
                                .may("workers", "string[]", "these; all when not given")
                                .may("resume", "boolean", "let them take work again", false)
                                .may("deadline_sec", "number", "give back what has not ended after so long"),
                        Shape.object()
                                .need("order", "string", "drain or run")
                                .need("workers", "string[]", "who was asked"),
                        ServiceMethods::drain),
                MethodSpec.of(
                        "service.why",
                        "Says why a task, or the tasks of a kind, are not run now, and the way out.",
                        service().need("subject", "string", "a task's id or unique name, or a kind"),
                        ServiceAnswers.explanation(),
                        (around, params) -> hosted(around, params)
                                .service()
                                .why(params.requiredText("subject"))
                                .toJson()));
    }

    static Shape service() {
        return Shape.object().may("service", "string", "the app; may be left out when there is only one");
    }

    private static Shape options() {
        return service()
                .may("options", Shape.free(), "settings for this call, by the names in docs/reference/settings.md");
    }

    static Hosted hosted(Surroundings around, RpcParams params) throws Exception {
        return around.control().service(params.text("service"));
    }

    private static Object start(Surroundings around, RpcParams params, RpcCall call) throws Exception {
        Hosted hosted = hosted(around, params);
        ServeOptions options = optionsIn(params);
        ProcessesOnly.require(hosted, options);
        ObjectNode json = hosted.service().serve(Action.START, options).toJson();
        tell(around, call.method(), hosted, json);
        return json;
    }

    private static Object stop(Surroundings around, RpcParams params, RpcCall call) throws Exception {
        Hosted hosted = hosted(around, params);
        BooleanSupplier forNobody = () -> call.isAbandoned() && call.age().compareTo(FOR_NOBODY) > 0;
        ObjectNode json = hosted.service().stop(optionsIn(params), forNobody).toJson();
        tell(around, call.method(), hosted, json);
        return json;
    }

    /** Who looks once a second must not fill the ring with it. */
    private static void tell(Surroundings around, String name, Hosted hosted, ObjectNode answer) {
        ObjectNode data = Json.object().put("service", hosted.name());
        around.control()
                .events()
                .add(name, data.put("status", answer.path("status").asText()));
    }

    private static ServeOptions optionsIn(RpcParams params) throws RpcException {
        return params.object("options").map(ServeOptions::new).orElse(ServeOptions.defaults());
    }

    private static Object health(Surroundings around, RpcParams params) throws Exception {
        Hosted hosted = hosted(around, params);
        ServeReport answer = hosted.service().serve(Action.HEALTH, optionsIn(params));
        HealthReport health = answer.health()
                .orElseThrow(
                        () -> new ServiceException("the service gave no health; its status is " + answer.status()));
        HealthReport placed = answer.healthPath()
                .map(path -> health.withPath(path.toString()))
                .orElse(health);
        ObjectNode json = placed.toJson();
        json.set(
                "gate",
                HealthGate.evaluate(placed, hosted.service().thresholds()).shown());
        if (!answer.message().isEmpty()) json.put("message", answer.message());
        ObjectNode whole = answer.toJson();
        whole.remove("health");
        json.set("answer", whole);
        return json;
    }

    private static Object drain(Surroundings around, RpcParams params) throws Exception {
        boolean resume = params.flag("resume", false);
        List<String> workers = params.texts("workers");
        var deadline = params.number("deadline_sec");
        if (deadline.isPresent() && (resume || deadline.getAsDouble() < 0 || deadline.getAsDouble() > 1e9))
            throw RpcException.invalidParam("deadline_sec", "'deadline_sec' must be 0 to 1e9, and not with 'resume'");
        Hosted hosted = hosted(around, params);
        List<String> asked = deadline.isEmpty()
                ? hosted.service().drain(workers, resume)
                : hosted.service().drainWithin(workers, Duration.ofMillis(Math.round(deadline.getAsDouble() * 1e3)));
        ObjectNode json = Json.object().put("order", resume ? "run" : "drain");
        json.set("workers", Json.tree(asked));
        return json;
    }

    // ------------------------------------------------------------------ submit

    private static Object submit(Surroundings around, RpcParams params) throws Exception {
        Hosted hosted = hosted(around, params);
        around.control().requireOpen(hosted);
        if (params.has("group")) return submitGroup(hosted, params);
        List<TaskReceipt> receipts = hosted.service().submitAll(tasksIn(params));
        boolean discarded = receipts.size() == 1 && receipts.get(0).fate() == Submission.Fate.DISCARDED;
        return told(Json.object().put("status", discarded ? "discarded" : "queued"), receipts);
    }

    private static List<Task> tasksIn(RpcParams params) throws RpcException {
        Optional<ObjectNode> one = params.object("task");
        if (one.isEmpty() == params.list("tasks").isEmpty())
            throw RpcException.invalidParam("task", "give either 'task', one document, or 'tasks', a list of them");
        List<Task> tasks = one.isPresent() ? List.of(SubmittedTask.of(one.get())) : listed(params);
        Optional<String> key = params.text(MethodSpec.KEY);
        return key.isEmpty() ? tasks : keyed(tasks, key.get(), one.isEmpty());
    }

    private static List<Task> listed(RpcParams params) throws RpcException {
        List<Task> tasks = new ArrayList<>();
        for (JsonNode entry : params.list("tasks").orElseGet(Json.MAPPER::createArrayNode)) {
            if (!(entry instanceof ObjectNode document))
                throw RpcException.invalidParam("tasks", "'tasks' must hold task documents, not " + entry);
            tasks.add(SubmittedTask.of(document));
        }
        if (tasks.isEmpty()) throw RpcException.invalidParam("tasks", "'tasks' must hold at least one task document");
        return tasks;
    }

    /** The queue itself sees to it that a key is taken once, whoever asks and whatever dies; of several, each has one. */
    private static List<Task> keyed(List<Task> tasks, String key, boolean several) throws RpcException {
        List<Task> keyed = new ArrayList<>();
        for (Task task : tasks) {
            if (task.keys().hasNonNull("unique_key"))
                throw RpcException.invalidParam(
                        MethodSpec.KEY, "a task has a unique_key of its own; leave '" + MethodSpec.KEY + "' out");
            keyed.add(task.uniqueKey("rpc:" + key + (several ? "#" + (keyed.size() + 1) : ""))
                    .unique(UniquePolicy.RETURN_EXISTING)
                    .uniqueWindow(KNOWN_FOR));
        }
        return keyed;
    }

    private static Object submitGroup(Hosted hosted, RpcParams params) throws Exception {
        if (params.has(MethodSpec.KEY))
            throw RpcException.invalidParam(
                    MethodSpec.KEY, "a group knows no '" + MethodSpec.KEY + "': it may be submitted again");
        ObjectNode group = params.object("group").orElseGet(Json::object);
        if (!(group.path("callback") instanceof ObjectNode callback))
            throw RpcException.invalidParam("group", "'group' needs 'callback', a task document");
        TaskGroup whole = new TaskGroup(group.path("name").asText(""), listed(params), SubmittedTask.of(callback));
        TaskReceipt receipt = hosted.service().submitGroup(whole);
        ObjectNode json = Json.object().put("status", "queued");
        json.putObject("group")
                .put("name", whole.name())
                .put("tasks", whole.tasks().size());
        return told(json, List.of(receipt));
    }

    private static ObjectNode told(ObjectNode json, List<TaskReceipt> receipts) {
        ArrayNode list = json.putArray("tasks");
        for (TaskReceipt receipt : receipts) {
            ObjectNode entry = list.addObject().put("id", receipt.id()).put("stem", receipt.stem());
            if (receipt.fate() != Submission.Fate.ADDED)
                entry.put("unique", receipt.fate().name().toLowerCase(Locale.ROOT));
        }
        return json;
    }
}
