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

    /**
     * {@code job.status} of a job of a service, with some of its steps.
     *
     * @param results false leaves out what steps gave
     * @param offset leaves out the first so many steps
     * @param limit at most so many steps
     */
    default JsonNode jobStatus(Optional<String> service, String job, boolean results, int offset, int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = about(service, job).put("results", results);
        return ask("job.status", params.put("offset", offset).put("limit", limit));
    }

    /** {@code job.pause} */
    default JsonNode pauseJob(String job) throws DaemonException, InterruptedException {
        return pauseJob(Optional.empty(), job);
    }

    /** {@code job.pause} of a job of a service */
    default JsonNode pauseJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.pause", about(service, job));
    }

    /** {@code job.pause} with a reason, for people */
    default JsonNode pauseJob(Optional<String> service, String job, String reason)
            throws DaemonException, InterruptedException {
        return call("job.pause", about(service, job).put("reason", reason));
    }

    /** {@code job.resume} */
    default JsonNode resumeJob(String job) throws DaemonException, InterruptedException {
        return resumeJob(Optional.empty(), job);
    }

    /** {@code job.resume} of a job of a service */
    default JsonNode resumeJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.resume", about(service, job));
    }

    /** {@code job.resume} with parameters as the reference lists them */
    default JsonNode resumeJob(ObjectNode params) throws DaemonException, InterruptedException {
        return call("job.resume", params);
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

    /** {@code job.modify} with parameters as the reference lists them, such as {@code tasks} instead of a file */
    default JsonNode modifyJob(ObjectNode params) throws DaemonException, InterruptedException {
        return call("job.modify", params);
    }

    /** {@code job.cancel} */
    default JsonNode cancelJob(String job) throws DaemonException, InterruptedException {
        return cancelJob(Optional.empty(), job);
    }

    /** {@code job.cancel} of a job of a service */
    default JsonNode cancelJob(Optional<String> service, String job) throws DaemonException, InterruptedException {
        return call("job.cancel", about(service, job));
    }

    /** {@code job.cancel} with a reason, which stands in the tasks' documents */
    default JsonNode cancelJob(Optional<String> service, String job, String reason)
            throws DaemonException, InterruptedException {
        return call("job.cancel", about(service, job).put("reason", reason));
    }

    /** {@code job.list}: the first thousand */
    default JsonNode listJobs() throws DaemonException, InterruptedException {
        return ask("job.list", Map.of());
    }

    /**
     * {@code job.list}
     *
     * @param service only of this one
     * @param statuses only in these states; empty for all
     * @param offset leaves out the first so many
     * @param limit at most so many
     */
    default JsonNode listJobs(Optional<String> service, List<String> statuses, int offset, int limit)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service).put("offset", offset).put("limit", limit);
        if (!statuses.isEmpty()) params.set("statuses", Json.tree(statuses));
        return ask("job.list", params);
    }

    /**
     * {@code job.clear}; what is empty is not sent and means the daemon's default, that is all ended jobs. A list without
     * entries is sent, and clears nothing.
     */
    default JsonNode clearJobs(
            Optional<List<String>> statuses, Optional<Duration> olderThan, Optional<List<String>> jobs)
            throws DaemonException, InterruptedException {
        return clearJobs(Optional.empty(), statuses, olderThan, jobs);
    }

    /** {@code job.clear} of a service */
    default JsonNode clearJobs(
            Optional<String> service,
            Optional<List<String>> statuses,
            Optional<Duration> olderThan,
            Optional<List<String>> jobs)
            throws DaemonException, InterruptedException {
        ObjectNode params = DaemonCaller.about(service);
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

    /** {@code job.errors} with parameters as the reference lists them */
    default JsonNode jobErrors(ObjectNode params) throws DaemonException, InterruptedException {
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

    /** {@code job.history} of one step by its name */
    default JsonNode jobHistory(Optional<String> service, String job, String item, int limit)
            throws DaemonException, InterruptedException {
        return ask("job.history", about(service, job).put("item", item).put("limit", limit));
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

    /** {@code job.recover} of one step and those behind it */
    default JsonNode recoverJobFrom(Optional<String> service, String job, String item, boolean dryRun)
            throws DaemonException, InterruptedException {
        return call("job.recover", about(service, job).put("from_item", item).put("dry_run", dryRun));
    }

    /** {@code job.recover} with parameters as the reference lists them */
    default JsonNode recoverJob(ObjectNode params) throws DaemonException, InterruptedException {
        return call("job.recover", params);
    }
}
