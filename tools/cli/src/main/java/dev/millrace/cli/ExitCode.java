package dev.millrace.cli;

import dev.millrace.health.Verdict;

/** What the program ends with; the table in docs/reference/cli.md follows this one. */
enum ExitCode {
    OK(0, "done as asked"),
    FAILED(1, "failed; the message says why"),
    GATE_UNHEALTHY(Verdict.UNHEALTHY, "health gate: more unhealthy workers than allowed"),
    GATE_FAILING(Verdict.FAILING, "health gate: the status is error or degraded"),
    GATE_IDLE(Verdict.IDLE, "health gate: the service is idle, and that is not allowed"),
    GATE_RESTARTING(Verdict.RESTARTING, "health gate: more restarts than allowed"),
    GATE_NOT_SERVING(Verdict.NOT_SERVING, "health gate: nobody serves (stopped, partial, unknown, or no worker)"),
    GATE_OBJECTIVE_MISSED(Verdict.OBJECTIVE_MISSED, "health gate: a service objective is missed"),
    TASK_FAILED(8, "a task that was waited for failed or was cancelled"),
    TIMED_OUT(9, "the wait timed out; what was waited for goes on"),
    BAD_COMMAND_LINE(64, "the command line is wrong; nothing was done"),
    NOT_RUNNING(69, "the service is not running"),
    BUSY(75, "another start or stop of the same service is under way; try again"),
    BAD_SETTINGS(78, "the app's settings are wrong; nothing was done"),
    INTERRUPTED(130, "interrupted by Ctrl-C (SIGINT); SIGTERM ends with 143, SIGHUP with 129");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    static ExitCode of(Verdict verdict) {
        for (ExitCode exit : values()) if (exit.code == verdict.code()) return exit;
        throw new IllegalArgumentException("no exit code for the verdict " + verdict);
    }
}
