package dev.millrace.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/**
 * What the gate says, and the facts it looked at.
 *
 * @param code 0 when the service passes, else the number of the rule that it breaks; also an exit code
 * @param reason {@code ok}, or one sentence that names what is wrong and the limit
 * @param status the service's status in lower case
 * @param workersUnhealthyCount workers that are not healthy
 * @param workersRunningCount workers that run
 * @param workersRestartedCount workers that were restarted since the last look
 * @param restartRate restarted among running, 0 when none runs
 */
public record Verdict(
        int code,
        String reason,
        String status,
        int workersUnhealthyCount,
        int workersRunningCount,
        int workersRestartedCount,
        double restartRate) {

    /** The service passes. */
    public static final int OK = 0;

    /** More unhealthy workers than allowed. */
    public static final int UNHEALTHY = 2;

    /** The status is {@code error} or {@code degraded}. */
    public static final int FAILING = 3;

    /** The service is idle, and that is not allowed. */
    public static final int IDLE = 4;

    /** More restarts than allowed. */
    public static final int RESTARTING = 5;

    /** Nobody serves: stopped while idle is not allowed, partial, unknown, or running without a worker. */
    public static final int NOT_SERVING = 6;

    /** A service objective is missed. */
    public static final int OBJECTIVE_MISSED = 7;

    /** True when the service passes the gate. */
    public boolean passed() {
        return code == OK;
    }

    /** {@link #details} and the verdict itself: {@code passed}, {@code code}, {@code reason}. */
    public ObjectNode shown() {
        return details().put("passed", passed()).put("code", code).put("reason", reason);
    }

    /** The facts that the gate looked at, under AGILAB's keys. */
    public ObjectNode details() {
        ObjectNode json = Json.object();
        json.put("status", status);
        json.put("workers_unhealthy_count", workersUnhealthyCount);
        json.put("workers_running_count", workersRunningCount);
        json.put("workers_restarted_count", workersRestartedCount);
        json.put("restart_rate", restartRate);
        return json;
    }
}
