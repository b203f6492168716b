package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.job.JobException;
import dev.millrace.job.JobException.Reason;
import dev.millrace.job.JobSpec;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A job as parameters give it: a file, or its tasks.
 *
 * @param spec the job
 * @param path the file; empty for none
 */
record JobForms(JobSpec spec, String path) {
    /** A job's record can be read again, whatever a message may hold. */
    private static final int MOST_BYTES = 48 << 20;

    /** True when the parameters say what a job consists of. */
    static boolean isGiven(RpcParams params) {
        return params.has("config_path") || params.has("tasks");
    }

    /** @throws RpcException when neither a file nor tasks are given */
    static JobForms of(RpcParams params, Optional<String> name) throws RpcException {
        Optional<String> file = params.text("config_path");
        Optional<JsonNode> tasks = params.list("tasks");
        if (file.isEmpty() == tasks.isEmpty())
            throw RpcException.invalidParam(
                    "config_path", "give either 'config_path', a job file, or 'tasks', the same inline");
        if (tasks.isPresent()) return new JobForms(inline(params, tasks.get(), name), "");
        Path path = resolved(file.get(), params.text("client_cwd"));
        JobSpec read = JobSpec.read(Disk.local(), path);
        Optional<String> service = params.text("service").or(read::service);
        return new JobForms(
                new JobSpec(name.orElse(read.id()), service, read.timeoutSec(), read.steps()), path.toString());
    }

    private static JobSpec inline(RpcParams params, JsonNode tasks, Optional<String> name) throws RpcException {
        ObjectNode job = Json.object();
        job.set("tasks", tasks);
        params.text("service").ifPresent(service -> job.put("service", service));
        if (params.has("timeout_sec")) job.set("timeout_sec", params.json().get("timeout_sec"));
        if (Json.bytes(tasks).length > MOST_BYTES)
            throw RpcException.invalidParam(
                    "tasks", "the tasks of a job take at most " + MOST_BYTES + " bytes; put large values into files");
        if (name.isEmpty()) throw RpcException.invalidParam("job_id", "'job_id' is missing: tasks alone have no name");
        return JobSpec.of(job, name.get());
    }

    private static Path resolved(String file, Optional<String> folder) throws RpcException {
        try {
            Path path = Path.of(file);
            if (path.isAbsolute()) return path.normalize();
            if (folder.isPresent()) return workspace(folder.get()).resolve(path).normalize();
            throw new JobException(
                    Reason.BAD_JOB, "config_path '" + file + "' is relative; make it absolute, or give 'client_cwd'");
        } catch (InvalidPathException e) {
            throw new JobException(Reason.BAD_JOB, "config_path '" + file + "' is no path");
        }
    }

    /** Of whoever asks; the daemon's own working folder means nothing to them. */
    private static Path workspace(String folder) throws RpcException {
        try {
            Path path = Path.of(folder);
            if (path.isAbsolute() && isFolder(path)) return path;
        } catch (InvalidPathException | IOException unusable) {
            // it cannot be used, whatever the reason
        }
        throw RpcException.of(
                        RpcErrorCode.WORKSPACE_NOT_FOUND,
                        "client_cwd '" + folder + "' is no folder that the daemon can see; give an absolute one that is"
                                + " there, or an absolute 'config_path'")
                .with("param", "client_cwd");
    }

    /** Also a link that leads to one, which the dot follows. */
    private static boolean isFolder(Path path) throws IOException {
        return Disk.local()
                .facts(path.resolve("."))
                .filter(facts -> facts.kind() == FileFacts.Kind.FOLDER)
                .isPresent();
    }
}
