package dev.millrace.health;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules of {@link HealthGate} over one report. */
final class GateRules {
    private static final int NAMES_SHOWN = 3;

    private final HealthReport report;
    private final GateThresholds thresholds;
    private final String status;
    private final int running;
    private final int restarted;
    private final int unhealthy;
    private final double restartRate;

    GateRules(HealthReport report, GateThresholds thresholds) {
        this.report = report;
        this.thresholds = thresholds;
        this.status = report.status().toLowerCase(Locale.ROOT);
        this.running = report.workers().running().size();
        this.restarted = report.workers().restarted().size();
        this.unhealthy = report.workers().unhealthy().size();
        this.restartRate = running == 0 ? 0 : (double) restarted / running;
    }

    Verdict verdict() {
        return tooManyUnhealthy()
                .or(this::failing)
                .or(this::idle)
                .or(this::tooManyRestarts)
                .or(this::notServing)
                .or(this::objectiveMissed)
                .orElseGet(() -> verdict(Verdict.OK, "ok"));
    }

    private Verdict verdict(int code, String reason) {
        return new Verdict(code, reason, status, unhealthy, running, restarted, restartRate);
    }

    private Optional<Verdict> breaks(boolean broken, int code, String reason) {
        return broken ? Optional.of(verdict(code, reason)) : Optional.empty();
    }

    private Optional<Verdict> tooManyUnhealthy() {
        int most = thresholds.maxUnhealthy();
        if (unhealthy <= most) return Optional.empty();
        String counted = unhealthy == 1 ? "1 worker is unhealthy" : unhealthy + " workers are unhealthy";
        return Optional.of(verdict(Verdict.UNHEALTHY, counted + " (limit " + most + "): " + theUnhealthy()));
    }

    private String theUnhealthy() {
        String shown = report.workers().rows().stream()
                .filter(row -> !row.healthy() && !row.worker().isBlank())
                .limit(NAMES_SHOWN)
                .map(row -> row.reason().isBlank() ? row.worker() : row.worker() + " " + row.reason())
                .collect(Collectors.joining(", "));
        return unhealthy > NAMES_SHOWN ? shown + ", and " + (unhealthy - NAMES_SHOWN) + " more" : shown;
    }

    private Optional<Verdict> failing() {
        boolean failing = status.equals("error") || status.equals("degraded");
        return breaks(failing, Verdict.FAILING, "the service is in status " + status);
    }

    private Optional<Verdict> idle() {
        boolean refused = status.equals("idle") && !thresholds.allowIdle();
        return breaks(refused, Verdict.IDLE, "the service is idle, and idle is not allowed");
    }

    private Optional<Verdict> tooManyRestarts() {
        String reason = String.format(
                Locale.ROOT,
                "restart rate %.3f (%d restarted, %d running) is above the limit %.3f",
                restartRate,
                restarted,
                running,
                thresholds.maxRestartRate());
        return breaks(restartRate > thresholds.maxRestartRate(), Verdict.RESTARTING, reason);
    }

    private Optional<Verdict> notServing() {
        String reason = switch (status) {
            case "idle" -> "";
            case "running" -> running > 0 ? "" : "the service says that it is running, but no worker runs";
            case "stopped" -> thresholds.allowIdle() ? "" : "the service is stopped, and idle is not allowed";
            case "partial" -> "the service is only partly stopped; call stop again";
            default -> "the service is in status " + status + ", so nobody knows that it serves";
        };
        return breaks(!reason.isEmpty(), Verdict.NOT_SERVING, reason);
    }

    private Optional<Verdict> objectiveMissed() {
        String missed = String.join("; ", new ServiceObjectives(report, thresholds).missed(status.equals("running")));
        return breaks(!missed.isEmpty(), Verdict.OBJECTIVE_MISSED, missed);
    }
}
