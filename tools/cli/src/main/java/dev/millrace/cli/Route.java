package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.rpc.client.CallOptions;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonException;
import dev.millrace.rpc.client.DaemonNotRunningException;
import dev.millrace.rpc.client.DaemonTimeoutException;
import dev.millrace.rpc.client.ErrorReplyException;
import dev.millrace.rpc.client.ReplyTooLongException;
import dev.millrace.rpc.client.RequestTooLongException;
import dev.millrace.rpc.client.ShuttingDownException;
import dev.millrace.settings.AppEnv;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The way to the daemon that serves a share. What it refuses is told with the exceptions with which the directory would
 * have refused it.
 *
 * @param client connected when the first call is made
 * @param service the app
 * @param remarks hears when the directory has to do what the daemon did not
 */
record Route(DaemonClient client, String service, Consumer<String> remarks) implements AutoCloseable {
    /** A stop may wait for its workers. */
    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    /** What may be done twice: the second time finds it done. */
    private static final Set<String> REPEATABLE =
            Set.of("service.status", "service.health", "service.stop", "task.pause", "task.resume");

    /** Reasons of a daemon that has not done what it was asked, and could not: the directory can. */
    private static final Set<String> NOT_DONE = Set.of(
            "message_too_long",
            "message_stalled",
            "buffers_full",
            "message_unread",
            "no_thread",
            "too_many_requests",
            "too_many_connections",
            "unknown_service",
            "unknown_task");

    /** Reasons of a daemon that has done it, and could not say what came of it. */
    private static final Set<String> UNSAID = Set.of("reply_too_long", "reply_dropped", "unwritable_result");

    /** What is done when the daemon goes away before it was asked. */
    interface Directly<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Reads an answer. */
    interface Reading<T> {
        T read(JsonNode answer) throws IOException, InterruptedException;
    }

    /** Empty when no daemon answers, or {@code MILLRACE_DAEMON} is {@code off}; costs one look when there never was one. */
    static Optional<Route> to(AppEnv env, Shell shell, Consumer<String> remarks) {
        if (shell.variable("MILLRACE_DAEMON", "").equals("off")) return Optional.empty();
        try {
            return to(env, remarks);
        } catch (IOException unreachable) {
            // whoever works on the directory finds out what is wrong with it
            return Optional.empty();
        }
    }

    private static Optional<Route> to(AppEnv env, Consumer<String> remarks) throws IOException {
        Path folder = env.share().resolve("daemon");
        if (!Disk.local().exists(folder)) return Optional.empty();
        DaemonPlace place = DaemonPlace.in(folder);
        if (!Disk.local().exists(place.socket())) return Optional.empty();
        DaemonClient client = DaemonClient.of(place.options().withTimeout(LONGEST_CALL));
        if (place.answers(client)) return Optional.of(new Route(client, env.target(), remarks));
        client.close();
        return Optional.empty();
    }

    ObjectNode params() {
        return Json.object().put("service", service);
    }

    /**
     * Asks the daemon; whenever it is sure that it has not done it (it is gone before it has heard anything, it ends, the
     * request is too long for it, it has no room), the directory does it. Never twice: when nobody can know whether the
     * daemon has done it, that is said.
     */
    <T> T ask(String method, ObjectNode params, Reading<T> reading, Directly<T> directly)
            throws IOException, InterruptedException {
        JsonNode answer;
        try {
            answer = client.call(method, params, how(method));
        } catch (DaemonNotRunningException gone) {
            if (gone.mayBeCarriedOut() && !REPEATABLE.contains(method))
                throw new UnknownOutcomeException(method, String.valueOf(gone.getMessage()), gone);
            return instead(method, gone, directly);
        } catch (ErrorReplyException refused) {
            if (!isUndone(method, refused)) throw refusal(method, refused);
            return instead(method, refused, directly);
        } catch (DaemonException lost) {
            if (!isUndone(method, lost))
                throw new UnknownOutcomeException(
                        method, "the daemon did not answer " + method + ": " + lost.getMessage(), lost);
            return instead(method, lost, directly);
        }
        return reading.read(answer);
    }

    private <T> T instead(String method, DaemonException why, Directly<T> directly)
            throws IOException, InterruptedException {
        remarks.accept("the daemon did not do " + method + " (" + why.getMessage() + "); the directory does");
        return directly.run();
    }

    /** True when the directory may do it: it was not done, or may be done twice. */
    private static boolean isUndone(String method, ErrorReplyException refused) {
        return refused instanceof ShuttingDownException
                || NOT_DONE.contains(refused.reason())
                || (UNSAID.contains(refused.reason()) && REPEATABLE.contains(method));
    }

    private static boolean isUndone(String method, DaemonException lost) {
        return lost instanceof RequestTooLongException
                || (lost instanceof DaemonTimeoutException late && late.phase() == DaemonTimeoutException.Phase.CONNECT)
                || (lost instanceof ReplyTooLongException && REPEATABLE.contains(method));
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

    private static RuntimeException refusal(String method, ErrorReplyException refused) throws UnknownOutcomeException {
        String message = String.valueOf(refused.getMessage());
        if (UNSAID.contains(refused.reason()))
            throw new UnknownOutcomeException(method, method + " was not answered: " + message, refused);
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
