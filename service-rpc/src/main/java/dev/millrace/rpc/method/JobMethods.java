package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.Hosted;
import dev.millrace.control.ServiceControl;
import dev.millrace.control.ServiceControl.Placed;
import dev.millrace.job.JobException;
import dev.millrace.job.JobSpec;
import dev.millrace.job.JobState;
import dev.millrace.job.Jobs;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/** {@code job.*}: what is asked about one job, and about all. */
final class JobMethods {
    private static final int MOST = 100_000;

    /** What a list shows of a job; the job itself, with its steps, may be large. */
    private record Listed(boolean ended, double submittedAt, String place, ObjectNode summary) {
        private static Listed of(Placed one) {
            return new Listed(
                    one.job().state().isEnd(),
                    one.job().facts().path("submitted_at").asDouble(),
                    one.hosted().name() + "/" + one.job().id(),
                    shown(one, one.job().summary()));
        }
    }

    /** In a list those come first that have not ended, and then the newest; here they come last. */
    private static final Comparator<Listed> LAST_FIRST = Comparator.comparing(Listed::ended)
            .reversed()
            .thenComparing(Listed::submittedAt)
            .thenComparing(Comparator.comparing(Listed::place).reversed());

    private JobMethods() {}

    static List<MethodSpec> all() {
        return List.of(
                MethodSpec.of(
                        "job.status",
                        "Tells where a job and each of its steps is. One form in every state. A large job may be too much for one answer: ask for its steps piece by piece, or without their results; progress.total tells how many there are.",
                        named().may("results", "boolean", "false leaves out what steps gave", true)
                                .may("limit", "integer", "at most so many steps", JobSpec.MOST_STEPS)
                                .may("offset", "integer", "leaves out the first so many steps", 0),
                        JobAnswers.job().needList("steps", JobAnswers.step(), "in the job's order"),
                        JobMethods::status),
                MethodSpec.of(
                                "job.list",
                                "Lists jobs: those that have not ended first, each part newest first. Those of a service that cannot be looked at are left out; daemon.status names it.",
                                Shape.object()
                                        .may("service", "string", "only of this service")
                                        .may("statuses", "string[]", "only in these states")
                                        .may("limit", "integer", "at most so many", 1_000)
                                        .may("offset", "integer", "leaves out the first so many", 0),
                                Shape.object(),
                                JobMethods::list)
                        .answering(Shape.listOf(JobAnswers.job())),
                MethodSpec.of(
                        "job.pause",
                        "Begins no further step of a job; steps that run go on. A job that waits for its turn can be paused, too.",
                        named().may("reason", "string", "for people", ""),
                        Shape.object()
                                .need("paused", "boolean", "whether it was done")
                                .may("error", "string", "why not"),
                        JobMethods::pause),
                MethodSpec.of(
                        "job.cancel",
                        "Calls off everything of a job that has not ended; handlers that run are told and interrupted.",
                        named().may("reason", "string", "stands in the tasks' documents", "cancelled by an operator"),
                        Shape.object()
                                .need("cancelled", "boolean", "whether it was done")
                                .may("error", "string", "why not"),
                        JobMethods::cancel),
                MethodSpec.of(
                        "job.clear",
                        "Forgets jobs that have ended and fit all that is given. Their tasks stay until retention takes them.",
                        Shape.object()
                                .may("service", "string", "only of this service")
                                .may(
                                        "statuses",
                                        "string[]",
                                        "in these states; those of jobs that have not ended clear nothing",
                                        List.of("completed", "failed", "cancelled"))
                                .may("older_than_seconds", "number", "submitted longer ago than this", 0)
                                .may("job_ids", "string[]", "only these"),
                        Shape.object()
                                .need("deleted", "integer", "how many")
                                .need("jobs", "string[]", "which")
                                .need("refused", Shape.byName("string"), "by name, why a job that was meant stays"),
                        JobMethods::clear));
    }

    /** Those that name one job. */
    static Shape named() {
        return Shape.object()
                .need("job_id", "string", "the job")
                .may("service", "string", "its service, when jobs of several have that name");
    }

    static Placed placed(ServiceControl control, RpcParams params) throws Exception {
        return control.job(params.requiredText("job_id"), params.text("service"));
    }

    static ObjectNode shown(Placed placed, ObjectNode json) {
        return json.put("service", placed.hosted().name());
    }

    private static Object status(Surroundings around, RpcParams params) throws Exception {
        Placed placed = placed(around.control(), params);
        int limit = (int) params.whole("limit", JobSpec.MOST_STEPS, 1, JobSpec.MOST_STEPS);
        int offset = (int) params.whole("offset", 0, 0, JobSpec.MOST_STEPS);
        return shown(placed, placed.job().toJson(offset, limit, params.flag("results", true)));
    }

    private static Object list(Surroundings around, RpcParams params) throws Exception {
        Set<JobState> states = states(params.texts("statuses"), EnumSet.allOf(JobState.class));
        long limit = params.whole("limit", 1_000, 1, MOST);
        long offset = params.whole("offset", 0, 0, Integer.MAX_VALUE);
        Queue<Listed> first = new PriorityQueue<>(LAST_FIRST);
        among(
                around.control(),
                params,
                hosted -> hosted.jobs().visit(id -> true, job -> {
                    if (!states.contains(job.state())) return;
                    first.add(Listed.of(new Placed(hosted, job)));
                    if (first.size() > offset + limit) first.remove();
                }));
        List<Listed> found = new ArrayList<>(first);
        found.sort(LAST_FIRST.reversed());
        ArrayNode shown = Json.MAPPER.createArrayNode();
        found.stream().skip(offset).forEach(one -> shown.add(one.summary()));
        return shown;
    }

    /** One service when it is named, else all that can be looked at. */
    private static void among(ServiceControl control, RpcParams params, Hosted.Look look) throws Exception {
        Optional<String> named = params.text("service");
        if (named.isPresent()) look.at(control.service(named));
        else control.each(look);
    }

    private static Set<JobState> states(List<String> words, Set<JobState> absent) throws RpcException {
        if (words.isEmpty()) return absent;
        Set<JobState> states = EnumSet.noneOf(JobState.class);
        for (String word : words) {
            try {
                states.add(JobState.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                throw RpcException.invalidParam(
                        "statuses",
                        "there is no status '" + word
                                + "'; there are queued, running, paused, completed, failed, cancelled");
            }
        }
        return states;
    }

    private static Object pause(Surroundings around, RpcParams params) throws Exception {
        Placed placed = placed(around.control(), params);
        String reason = params.text("reason").orElse("");
        Jobs.Answer answer = placed.hosted().jobs().pause(placed.job().id(), Jobs.OPERATOR, reason);
        around.control().changed(placed.hosted());
        ObjectNode json = Json.object().put("paused", answer.done());
        return answer.done() ? json : json.put("error", answer.message());
    }

    private static Object cancel(Surroundings around, RpcParams params) throws Exception {
        ObjectNode json = Json.object();
        try {
            Placed placed = placed(around.control(), params);
            String reason = params.text("reason").orElse("cancelled by an operator");
            Jobs.Answer answer = placed.hosted().jobs().cancel(placed.job().id(), reason);
            around.control().changed(placed.hosted());
            json.put("cancelled", answer.done());
            return answer.done() ? json : json.put("error", answer.message());
        } catch (JobException unknown) {
            return json.put("cancelled", false).put("error", unknown.getMessage());
        }
    }

    private static Object clear(Surroundings around, RpcParams params) throws Exception {
        boolean said = params.has("statuses");
        Set<JobState> ended = EnumSet.of(JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED);
        Set<JobState> states = said ? states(params.texts("statuses"), EnumSet.noneOf(JobState.class)) : ended;
        double older = params.number("older_than_seconds").orElse(0);
        Set<String> ids = new TreeSet<>(params.texts("job_ids"));
        ObjectNode refused = Json.object();
        ArrayNode deleted = Json.MAPPER.createArrayNode();
        List<Hosted> services = new ArrayList<>();
        if (!params.has("job_ids") || !ids.isEmpty()) among(around.control(), params, services::add);
        for (Hosted hosted : services) {
            Jobs.Cleared cleared = hosted.jobs().clear(states, older, ids);
            cleared.deleted().forEach(deleted::add);
            cleared.refused().forEach((id, why) -> refuse(refused, id, why));
            around.control().changed(hosted);
        }
        for (var id : deleted)
            if (refused.path(id.asText()).asText().equals(Jobs.Cleared.UNKNOWN)) refused.remove(id.asText());
        ObjectNode json = Json.object().put("deleted", deleted.size());
        json.set("jobs", deleted);
        json.set("refused", refused);
        return json;
    }

    /** That one service does not know a job says nothing when another one does. */
    private static void refuse(ObjectNode refused, String id, String why) {
        if (!why.equals(Jobs.Cleared.UNKNOWN) || !refused.has(id)) refused.put(id, why);
    }
}
