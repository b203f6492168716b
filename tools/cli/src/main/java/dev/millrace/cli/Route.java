package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlOptions;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.rpc.client.CallOptions;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.rpc.client.DaemonNotRunningException;
import dev.millrace.rpc.client.ErrorReplyException;
import dev.millrace.rpc.client.ShuttingDownException;
import dev.millrace.settings.AppEnv;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The way to the daemon that serves a share. What it refuses is told with the exceptions with which the directory would
 * have refused it.
 *
 * @param client connected when the first call is made
 * @param service the app
 */
record Route(DaemonClient client, String service) implements AutoCloseable {
    /** A stop may wait for its workers. */
    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /** What may be done twice: the second time finds it done. */
    private static final Set<String> REPEATABLE =
            Set.of("service.status", "service.health", "service.stop", "task.pause", "task.resume");

    /** What is done when the daemon goes away before it was asked. */
    interface Directly<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Reads an answer. */
    interface Reading<T> {
        T read(JsonNode answer) throws IOException, InterruptedException;
    }

    /** Empty when no daemon answers, or {@code MILLRACE_DAEMON} is {@code off}; costs one look when there never was one. */
    static Optional<Route> to(AppEnv env, Shell shell) {
        if (shell.variable("MILLRACE_DAEMON", "").equals("off")) return Optional.empty();
        try {
            return to(env);
        } catch (IOException unreachable) {
            // whoever works on the directory finds out what is wrong with it
            return Optional.empty();
        }
    }

    private static Optional<Route> to(AppEnv env) throws IOException {
        Path folder = env.share().resolve("daemon");
        if (!Disk.local().exists(folder)) return Optional.empty();
        Path socket = DaemonStamp.read(Disk.local(), folder)
                .map(DaemonStamp::socket)
                .orElse(folder.resolve(ControlOptions.SOCKET));
        if (!Disk.local().exists(socket)) return Optional.empty();
        DaemonClient client = DaemonClient.of(DaemonClientOptions.at(socket).withTimeout(LONGEST_CALL));
        if (client.isRunning()) return Optional.of(new Route(client, env.target()));
        client.close();
        return Optional.empty();
    }

    ObjectNode params() {
        return Json.object().put("service", service);
    }

    /**
     * Asks the daemon; when it is gone before it has heard anything, or takes nothing more because it ends, the directory
     * does it. Never twice: when nobody can know whether the daemon has done it, that is said.
     */
    <T> T ask(String method, ObjectNode params, Reading<T> reading, Directly<T> directly)
            throws IOException, InterruptedException {
        JsonNode answer;
        try {
            answer = client.call(method, params, how(method));
        } catch (DaemonNotRunningException gone) {
            if (gone.mayBeCarriedOut() && !REPEATABLE.contains(method))
                throw new UnknownOutcomeException(method, String.valueOf(gone.getMessage()), gone);
            return directly.run();
        } catch (ShuttingDownException ending) {
            return directly.run();
        } catch (ErrorReplyException refused) {
            throw refusal(refused);
        } catch (DaemonException lost) {
            throw new UnknownOutcomeException(
                    method, "the daemon did not answer " + method + ": " + lost.getMessage(), lost);
        }
        return reading.read(answer);
    }

    private static CallOptions how(String method) {
        CallOptions once = CallOptions.defaults();
        return REPEATABLE.contains(method) ? once.withRepeatable() : once;
    }

    /** Nobody knows whether the daemon has done what it was asked. */
    static final class UnknownOutcomeException extends IOException {
        private static final long serialVersionUID = 1L;
        private final boolean aboutTasks;

        private UnknownOutcomeException(String method, String message, Exception cause) {
            super(message, cause);
            aboutTasks = method.startsWith("task.") || method.equals("service.submit");
        }

        /** The command that shows whether it was done. */
        String look() {
            return aboutTasks ? "millrace tasks" : "millrace status";
        }
    }

    private static RuntimeException refusal(ErrorReplyException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case "not_running" -> new ServiceException.NotRunning(message);
            case "busy" -> new ServiceException.Busy(message);
            case "already_running" -> new ServiceException.AlreadyRunning(message);
            case "bad_task", "bad_setting", "bad_request" -> new RefusedException(ExitCode.BAD_COMMAND_LINE, message);
            default -> new ServiceException(message);
        };
    }

    /** What the command line gave cannot be. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final ExitCode exit;

        RefusedException(ExitCode exit, String message) {
            super(message);
            this.exit = exit;
        }

        ExitCode exit() {
            return exit;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
