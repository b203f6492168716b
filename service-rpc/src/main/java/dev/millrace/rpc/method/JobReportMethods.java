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
                                .need(
                                        "errors",
                                        "object[]",
                                        "each: item, run, attempt, outcome, type, code, message, error_class, worker, started_at, at, duration_seconds, exit_code, output_tail")
                                .need("total", "integer", "how many"),
                        JobReportMethods::errors),
                MethodSpec.of(
                        "job.history",
                        "Lists what the attempts of a job's steps came to, newest first.",
                        item(JobMethods.named()).may("limit", "integer", "at most so many", 50),
                        Shape.object()
                                .need("job_id", "string", "the job")
                                .need("records", "object[]", "as the entries of job.errors")
                                .need("has_history", "boolean", "always true"),
                        JobReportMethods::history),
                MethodSpec.of(
                        "job.diagnose",
                        "Tells everything that helps to see what is wrong with a job.",
                        JobMethods.named(),
                        Answers.job()
                                .need("generated_at", "number", "epoch seconds")
                                .need("timing", "object", "submitted_at, started_at, completed_at, duration_seconds")
                                .need("execution_timeline", "object[]", "each step, as in job.status")
                                .need("execution_stats", "object", "total_retry_count, runs")
                                .need("errors", "object[]", "the newest")
                                .need("error_count", "integer", "all of them")
                                .need("execution_history_count", "integer", "attempts that are known")
                                .need("log_files", "object[]", "item, path, size_bytes, modified_at")
                                .need(
                                        "queue",
                                        "object",
                                        "tasks of the service by state; those of a large queue are up to twenty seconds old")
                                .need(
                                        "lanes",
                                        "object",
                                        "of the service: rates (kinds that a rate holds back) and open_breakers, as in daemon.rate_limits, and paused, as in task.pauses")
                                .need("pressure", "string", "the daemon's level, as in daemon.ready")
                                .need("job_error", "string", "why the job failed; may be empty"),
                        JobReportMethods::diagnose));
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
