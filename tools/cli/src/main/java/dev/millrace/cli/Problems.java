package dev.millrace.cli;

import dev.millrace.lifecycle.ServiceException;
import dev.millrace.recurring.InvalidRecurringException;
import dev.millrace.rpc.socket.SocketInUseException;
import dev.millrace.rpc.socket.SocketRefusedException;
import dev.millrace.settings.SettingsException;
import dev.millrace.task.InvalidTaskException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Puts every exception into a sentence, a next step and an exit code. */
final class Problems {
    private static final String OURS = "dev.millrace.";

    private static final String SHARE = "check that the share is there and can be written (--share)";

    private Problems() {}

    /** @param where the options that lead a next command to the same service */
    static CommandException of(Exception e, String where) {
        if (e instanceof CommandException ours) return ours;
        if (e instanceof Route.RefusedException refused) return told(refused.exit(), refused, "");
        if (e instanceof Route.UnknownOutcomeException unknown) return told(ExitCode.FAILED, e, look(unknown, where));
        if (e instanceof ServiceException service) return ofService(service, where);
        if (e instanceof SettingsException) return told(ExitCode.BAD_SETTINGS, e, "");
        if (e instanceof InvalidTaskException) return told(ExitCode.BAD_COMMAND_LINE, e, "");
        if (e instanceof InvalidRecurringException) return told(ExitCode.FAILED, e, "millrace recurring list" + where);
        if (e instanceof TimeoutException) return told(ExitCode.TIMED_OUT, e, "");
        if (e instanceof InterruptedException) return new CommandException(ExitCode.INTERRUPTED, "interrupted", "", e);
        if (e instanceof IOException || e instanceof java.io.UncheckedIOException) return ofFiles(e);
        return new CommandException(
                ExitCode.FAILED, "unexpected: " + e, "run it again with --verbose; what it prints is a bug report", e);
    }

    private static CommandException told(ExitCode exit, Exception e, String next) {
        return new CommandException(exit, String.valueOf(e.getMessage()), next, e);
    }

    private static String look(Route.UnknownOutcomeException unknown, String where) {
        return "look whether it was done before you do it again: " + unknown.look() + where;
    }

    private static CommandException ofService(ServiceException e, String where) {
        if (e instanceof ServiceException.NotRunning) return told(ExitCode.NOT_RUNNING, e, "millrace start" + where);
        if (e instanceof ServiceException.Busy) return told(ExitCode.BUSY, e, "try again when it is done");
        if (e instanceof ServiceException.OwnershipUnknown && isOfTheShare(e.getCause()))
            return told(ExitCode.FAILED, e, SHARE);
        if (e instanceof ServiceException.AlreadyRunning || e instanceof ServiceException.OwnershipUnknown)
            return told(ExitCode.FAILED, e, "millrace stop" + where);
        return told(ExitCode.FAILED, e, "");
    }

    /** Ours are about what lies there, the system's about whether one gets there. */
    private static boolean isOfTheShare(@Nullable Throwable cause) {
        return cause instanceof IOException && !cause.getClass().getName().startsWith(OURS);
    }

    private static CommandException ofFiles(Exception e) {
        Throwable cause = e instanceof java.io.UncheckedIOException unchecked && unchecked.getCause() != null
                ? unchecked.getCause()
                : e;
        return new CommandException(ExitCode.FAILED, sentence(cause), isOfASocket(cause) ? "" : SHARE, e);
    }

    /** What is wrong with the place of a socket, and the way out, stands in its message. */
    private static boolean isOfASocket(Throwable e) {
        return e instanceof SocketRefusedException || e instanceof SocketInUseException;
    }

    /** Java's file errors are often a bare path. */
    private static String sentence(Throwable e) {
        String message = String.valueOf(e.getMessage());
        if (e.getClass().getName().startsWith(OURS)) return message;
        if (e instanceof AccessDeniedException denied) return "no permission for " + denied.getFile();
        if (e instanceof NoSuchFileException gone) return gone.getFile() + " is not there";
        if (e instanceof NotDirectoryException file) return file.getFile() + " is not a folder";
        if (e instanceof FileSystemException) return message;
        return e.getClass().getSimpleName() + ": " + message;
    }
}
