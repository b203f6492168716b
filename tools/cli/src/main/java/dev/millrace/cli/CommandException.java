package dev.millrace.cli;

/** A command that could not do what it was asked: one sentence, the next step, and the exit code. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ExitCode exit;
    private final String next;

    CommandException(ExitCode exit, String problem, String next) {
        this(exit, problem, next, null);
    }

    CommandException(ExitCode exit, String problem, String next, @org.jspecify.annotations.Nullable Throwable cause) {
        super(problem, cause);
        this.exit = exit;
        this.next = next;
    }

    static CommandException badCommandLine(String problem, String next) {
        return new CommandException(ExitCode.BAD_COMMAND_LINE, problem, next);
    }

    ExitCode exit() {
        return exit;
    }

    /** What is wrong, in one sentence. */
    String problem() {
        return String.valueOf(getMessage());
    }

    /** What to do about it, often a command; empty when the problem says it already. */
    String next() {
        return next;
    }
}
