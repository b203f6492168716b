package dev.millrace.rpc.method;

import dev.millrace.control.ControlException;
import dev.millrace.job.JobException;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.queue.SubmitException;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.settings.SettingsException;
import dev.millrace.storage.LockHeldException;
import dev.millrace.task.InvalidTaskException;

/** Tells what went wrong in the wire's words. */
final class Problems {
    private Problems() {}

    /** The error to answer with; what nobody expected stays as it is. */
    static Exception told(Exception e) {
        if (e instanceof JobException job) return told(job);
        if (e instanceof ControlException control)
            return RpcException.of(
                    control.reason() == ControlException.Reason.BAD_REQUEST
                            ? RpcErrorCode.INVALID_PARAMS
                            : RpcErrorCode.JOB_NOT_FOUND,
                    control.reason().word(),
                    String.valueOf(control.getMessage()));
        if (e instanceof SettingsException setting)
            return RpcException.of(RpcErrorCode.INVALID_PARAMS, "bad_setting", String.valueOf(setting.getMessage()))
                    .with("param", setting.key());
        if (e instanceof InvalidTaskException task)
            return RpcException.of(RpcErrorCode.INVALID_PARAMS, "bad_task", String.valueOf(task.getMessage()));
        if (e instanceof ServiceException.NotRunning down)
            return RpcException.of(RpcErrorCode.JOB_NOT_FOUND, "not_running", String.valueOf(down.getMessage()));
        if (e instanceof ServiceException.Busy busy)
            return RpcException.of(RpcErrorCode.RESOURCE_EXHAUSTED, "busy", String.valueOf(busy.getMessage()));
        if (e instanceof ServiceException.AlreadyRunning up)
            return RpcException.of(RpcErrorCode.ALREADY_RUNNING, "already_running", String.valueOf(up.getMessage()));
        if (e instanceof ServiceException refused)
            return RpcException.of(RpcErrorCode.JOB_NOT_FOUND, "service_refused", String.valueOf(refused.getMessage()));
        if (e instanceof SubmitException full)
            return RpcException.of(RpcErrorCode.RESOURCE_EXHAUSTED, "not_durable", String.valueOf(full.getMessage()));
        if (e instanceof LockHeldException held)
            return RpcException.of(RpcErrorCode.RESOURCE_EXHAUSTED, "busy", String.valueOf(held.getMessage()));
        return e;
    }

    private static RpcException told(JobException job) {
        RpcException error =
                RpcException.of(codeOf(job.reason()), job.reason().word(), String.valueOf(job.getMessage()));
        return job.problems().isEmpty() ? error : error.with("problems", job.problems());
    }

    private static RpcErrorCode codeOf(JobException.Reason reason) {
        return switch (reason) {
            case UNKNOWN_JOB, NOT_RUNNING -> RpcErrorCode.JOB_NOT_FOUND;
            case BAD_JOB, UNKNOWN_STEP -> RpcErrorCode.INVALID_PARAMS;
            case ALREADY_ACTIVE, ACTIVE -> RpcErrorCode.ALREADY_RUNNING;
            case NOT_RESUMABLE -> RpcErrorCode.NOT_RESUMABLE;
            case SHUTTING_DOWN -> RpcErrorCode.SHUTTING_DOWN;
            case PRESSURE -> RpcErrorCode.RESOURCE_EXHAUSTED;
        };
    }
}
