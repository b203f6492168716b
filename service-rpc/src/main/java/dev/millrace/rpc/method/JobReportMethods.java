package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.Hosted;
import dev.millrace.control.ServiceControl;
import dev.millrace.control.ServiceControl.Placed;
import dev.millrace.control.TaskVerbs;
import dev.millrace.job.AttemptEntry;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.util.List;
import java.util.Map;

/** {@code job.errors}, {@code job.history} and {@code job.diagnose}: what is known of a job's past and of what is wrong. */
final class JobReportMethods {
    private static final int MOST = 100_000;

    private JobReportMethods() {}

    static List<MethodSpec> all() {
        return List.of(
                MethodSpec.of(
                        "job.errors",
                        "Lists what went wrong in a job, newest first.",
                        item(JobMethods.named())
                                .may("type", "string", "transient (another attempt followed) or permanent")
                                .may(
                                        "code",
                                        "string",
                                        "failed, timed_out, died, cancelled; skipped or lost of a step that was never tried, whose attempt is 0")
                                .may("limit", "integer", "at most so many", 100),
                        Shape.object()
                                .need("job_id", "string", "the job")
                                .needList("errors", JobAnswers.attempt(), "the newest first")
                                .need("total", "integer", "how many there are, with those beyond limit"),
                        JobReportMethods::errors),
                MethodSpec.of(
                        "job.history",
                        "Lists what the attempts of a job's steps came to, newest first.",
                        item(JobMethods.named()).may("limit", "integer", "at most so many", 50),
                        Shape.object()
                                .need("job_id", "string", "the job")
                                .needList("records", JobAnswers.attempt(), "the newest first")
                                .need("has_history", "boolean", "always true"),
                        JobReportMethods::history),
                MethodSpec.of(
                        "job.diagnose",
                        "Tells everything that helps to see what is wrong with a job.",
                        JobMethods.named(),
                        report(),
                        JobReportMethods::diagnose));
    }

    private static Shape report() {
        return JobAnswers.job()
                .need("generated_at", "number", "epoch seconds")
                .need("timing", timing(), "when it began and ended")
                .needList("execution_timeline", JobAnswers.step(), "each step, without its result")
                .need("execution_stats", stats(), "how often it was tried")
                .needList("errors", JobAnswers.attempt(), "the newest 200, the newest first")
                .need("error_count", "integer", "all of them")
                .need("execution_history_count", "integer", "attempts that are known")
                .needList("log_files", log(), "of steps that have logged anything")
                .need(
                        "queue",
                        Answers.counts(),
                        "tasks of the service by state; those of a large queue are up to twenty seconds old")
                .need("lanes", heldBack(), "what may hold back kinds of the service")
                .need("pressure", "string", "the daemon's level, as in daemon.ready")
                .need("job_error", "string", "why the job failed; may be empty");
    }

    private static Shape timing() {
        return Shape.object()
                .need("submitted_at", "number", "epoch seconds")
                .need("started_at", "number?", "when it was let in, epoch seconds")
                .need("completed_at", "number?", "when it ended, epoch seconds")
                .need("duration_seconds", "number", "how long it ran, or has run so far; 0 when it was not let in");
    }

    private static Shape stats() {
        return Shape.object()
                .need("total_retry_count", "integer", "attempts that another one followed")
                .need("runs", "integer", "its newest run, from 1");
    }

    private static Shape log() {
        return Shape.object()
                .need("item", "string", "the step")
                .need("path", "string", "where the log is")
                .need("size_bytes", "integer", "how long it is")
                .need("modified_at", "number", "when it was written to last, epoch seconds");
    }

    private static Shape heldBack() {
        return Shape.object()
                .need("rates", Shape.byName(Answers.reachedRate()), "by kind, those whose rate is reached")
                .need(
                        "open_breakers",
                        Shape.byName(Answers.openBreaker()),
                        "by kind, those of which too many have failed in a row")
                .needList("paused", Answers.pause(), "as in task.pauses");
    }

    private static Shape item(Shape shape) {
        return shape.may("item", "string", "only this step")
                .may("sheet_num", "integer", "the same by its place, from 1");
    }

    private static String itemIn(Placed placed, RpcParams params) throws RpcException {
        if (!params.has("sheet_num")) return params.text("item").orElse("");
        long number = params.whole("sheet_num", 1, 1, placed.job().steps().size());
        return placed.job().steps().get((int) number - 1).step().name();
    }

    private static ArrayNode entries(List<AttemptEntry> entries) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        entries.forEach(entry -> list.add(entry.json()));
        return list;
    }

    private static Object errors(Surroundings around, RpcParams params) throws Exception {
        Placed placed = JobMethods.placed(around.control(), params);
        int limit = (int) params.whole("limit", 100, 1, MOST);
        List<AttemptEntry> all = placed.hosted()
                .jobs()
                .errors(
                        placed.job().id(),
                        itemIn(placed, params),
                        params.text("type").orElse(""),
                        params.text("code").orElse(""),
                        MOST);
        ObjectNode json = Json.object().put("job_id", placed.job().id());
        json.set("errors", entries(all.subList(0, Math.min(limit, all.size()))));
        return json.put("total", all.size());
    }

    private static Object history(Surroundings around, RpcParams params) throws Exception {
        Placed placed = JobMethods.placed(around.control(), params);
        int limit = (int) params.whole("limit", 50, 1, MOST);
        ObjectNode json = Json.object().put("job_id", placed.job().id());
        json.set("records", entries(placed.hosted().jobs().history(placed.job().id(), itemIn(placed, params), limit)));
        return json.put("has_history", true);
    }

    private static Object diagnose(Surroundings around, RpcParams params) throws Exception {
        Placed placed = JobMethods.placed(around.control(), params);
        ObjectNode json = placed.hosted().jobs().diagnose(placed.job().id());
        json.set("queue", TopSnapshot.counts(around, placed.hosted()));
        json.set("lanes", lanes(around.control(), placed.hosted()));
        json.put("pressure", around.control().readiness().level().word());
        return JobMethods.shown(placed, json);
    }

    /** What may hold back kinds of the job's service now. */
    private static ObjectNode lanes(ServiceControl control, Hosted hosted) throws Exception {
        ObjectNode limits = control.rateLimits();
        ObjectNode json = Json.object();
        json.set("rates", ofService(hosted, limits.path("backends")));
        json.set("open_breakers", ofService(hosted, limits.path("open_breakers")));
        Service service = hosted.service();
        json.set(
                "paused",
                TaskVerbs.of(service, Disk.local(), Time.system()).pauses().path("paused"));
        return json;
    }

    private static ObjectNode ofService(Hosted hosted, JsonNode places) {
        ObjectNode json = Json.object();
        for (Map.Entry<String, JsonNode> one : places.properties())
            if (one.getValue().path("service").asText().equals(hosted.name()))
                json.set(one.getValue().path("kind").asText(), one.getValue());
        return json;
    }
}
