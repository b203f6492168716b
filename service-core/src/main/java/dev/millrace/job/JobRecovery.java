package dev.millrace.job;

import dev.millrace.job.JobException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Works out which steps of an ended job a recovery would make ready again. Only looks. */
final class JobRecovery {
    private final JobView view;
    private final Set<String> items;
    private final Optional<String> from;

    JobRecovery(JobLook look, JobRecord record, Set<String> items, Optional<String> from) throws IOException {
        this.view = look.view(record);
        this.items = items;
        this.from = from;
        if (!view.state().isEnd())
            throw new JobException(
                    Reason.ACTIVE,
                    "job " + view.id() + " is " + view.state().word()
                            + "; cancel it, or wait for its end, to recover it");
        for (String name : items) requireStep(name);
        from.ifPresent(this::requireStep);
    }

    private void requireStep(String name) {
        if (view.step(name).isEmpty())
            throw new JobException(
                    Reason.UNKNOWN_STEP,
                    "job " + view.id() + " has no step '" + name + "'; it has "
                            + String.join(
                                    ", ",
                                    view.steps().stream()
                                            .map(step -> step.step().name())
                                            .toList()));
    }

    Jobs.Recovery planned() {
        List<String> reset = new ArrayList<>();
        boolean reached = from.isEmpty();
        for (StepView step : view.steps()) {
            String name = step.step().name();
            reached |= from.filter(name::equals).isPresent();
            boolean chosen = reached && (items.isEmpty() || items.contains(name));
            if (chosen && step.state() != StepState.DONE) reset.add(name);
        }
        Map<String, Long> before = counts(List.of());
        return new Jobs.Recovery(before, counts(reset), List.of(), reset);
    }

    private Map<String, Long> counts(List<String> reset) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (StepView step : view.steps()) {
            String state = reset.contains(step.step().name())
                    ? StepState.PENDING.word()
                    : step.state().word();
            counts.merge(state, 1L, Long::sum);
        }
        return counts;
    }
}
