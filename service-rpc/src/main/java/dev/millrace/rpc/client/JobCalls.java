package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The methods about jobs. Each names a job by its id and answers with the daemon's result. The service need be named only
 * when several have a job of that name.
 */
public interface JobCalls extends DaemonCaller {

    private static ObjectNode about(Optional<String> service, String job) {
        return DaemonCaller.about(service).put("job_id", job);
    }

    /** {@code job.submit} with parameters as the reference lists them */
    default JsonNode submitJob(ObjectNode params) throws DaemonException, InterruptedException {
        return call("job.submit", params);
    }

    /** {@code job.status} */
    default JsonNode jobStatus(String job) throws DaemonException, InterruptedException {
        return jobStatus(Optional.empty(), job);
    }

    /** {@code job.status} of a job of a service */
    default JsonNode jobStatus(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return ask("job.status", about(service, job));
    }

    /** {@code job.pause} */
    default JsonNode pauseJob(String job) throws DaemonException, InterruptedException {
        return pauseJob(Optional.empty(), job);
    }

    /** {@code job.pause} of a job of a service */
    default JsonNode pauseJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.pause", about(service, job));
    }

    /** {@code job.resume} */
    default JsonNode resumeJob(String job) throws DaemonException, InterruptedException {
        return resumeJob(Optional.empty(), job);
    }

    /** {@code job.resume} of a job of a service */
    default JsonNode resumeJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.resume", about(service, job));
    }

    /** {@code job.modify}: the job goes on with another file */
    default JsonNode modifyJob(String job, String configPath) throws DaemonException, InterruptedException {
        return modifyJob(Optional.empty(), job, configPath);
    }

    /** {@code job.modify} of a job of a service */
    default JsonNode modifyJob(Optional<String> service, String job, String configPath)
            throws DaemonException, InterruptedException {
        return call("job.modify", about(service, job).put("config_path", configPath));
    }

    /** {@code job.cancel} */
    default JsonNode cancelJob(String job) throws DaemonException, InterruptedException {
        return cancelJob(Optional.empty(), job);
    }

    /** {@code job.cancel} of a job of a service */
    default JsonNode cancelJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.cancel", about(service, job));
    }

    /** {@code job.list} */
    default JsonNode listJobs() throws DaemonException, InterruptedException {
        return ask("job.list", Map.of());
    }

    /**
     * {@code job.clear}; what is empty is not sent and means the daemon's default, that is all ended jobs. A list without
     * entries is sent, and clears nothing.
     */
    default JsonNode clearJobs(
            Optional<List<String>> statuses, Optional<Duration> olderThan, Optional<List<String>> jobs)
            throws DaemonException, InterruptedException {
        ObjectNode params = Json.object();
        statuses.ifPresent(some -> params.set("statuses", Json.tree(some)));
        olderThan.ifPresent(age -> params.put("older_than_seconds", age.toMillis() / 1e3));
        jobs.ifPresent(some -> params.set("job_ids", Json.tree(some)));
        return call("job.clear", params);
    }

    /** {@code job.errors} */
    default JsonNode jobErrors(String job) throws DaemonException, InterruptedException {
        return jobErrors(Optional.empty(), job);
    }

    /** {@code job.errors} of a job of a service */
    default JsonNode jobErrors(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return ask("job.errors", about(service, job));
    }

    /**
     * {@code job.errors}, narrowed; what is empty narrows nothing.
     *
     * @param item only of this step
     * @param type transient or permanent
     * @param code as the reference lists them
     * @param limit at most so many, the newest
     */
    default JsonNode jobErrors(
            Optional<String> service,
            String job,
            Optional<String> item,
            Optional<String> type,
            Optional<String> code,
            int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = about(service, job).put("limit", limit);
        item.ifPresent(one -> params.put("item", one));
        type.ifPresent(one -> params.put("type", one));
        code.ifPresent(one -> params.put("code", one));
        return ask("job.errors", params);
    }

    /** {@code job.diagnose} */
    default JsonNode diagnoseJob(String job) throws DaemonException, InterruptedException {
        return diagnoseJob(Optional.empty(), job);
    }

    /** {@code job.diagnose} of a job of a service */
    default JsonNode diagnoseJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return ask("job.diagnose", about(service, job));
    }

    /** {@code job.history} of one step, or of all; the newest first */
    default JsonNode jobHistory(String job, OptionalInt step, int limit) throws DaemonException, InterruptedException {
        return jobHistory(Optional.empty(), job, step, limit);
    }

    /** {@code job.history} of a job of a service */
    default JsonNode jobHistory(Optional<String> service, String job, OptionalInt step, int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = about(service, job).put("limit", limit);
        step.ifPresent(number -> params.put("sheet_num", number));
        return ask("job.history", params);
    }

    /** {@code job.recover}; with {@code dryRun} nothing is changed */
    default JsonNode recoverJob(String job, boolean dryRun) throws DaemonException, InterruptedException {
        return recoverJob(Optional.empty(), job, dryRun);
    }

    /** {@code job.recover} of a job of a service */
    default JsonNode recoverJob(Optional<String> service, String job, boolean dryRun)
            throws DaemonException, InterruptedException {
        return call("job.recover", about(service, job).put("dry_run", dryRun));
    }

    /** {@code job.recover} of some steps only, by their names */
    default JsonNode recoverJob(Optional<String> service, String job, List<String> items, boolean dryRun)
            throws DaemonException, InterruptedException {
        ObjectNode params = about(service, job).put("dry_run", dryRun);
        return call("job.recover", params.set("items", Json.tree(items)));
    }
}
