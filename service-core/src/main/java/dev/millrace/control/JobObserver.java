package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventEntry;
import dev.millrace.event.EventPage;
import dev.millrace.event.EventRing;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.job.StepState;
import dev.millrace.job.StepView;
import dev.millrace.json.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what has changed in jobs since it last looked. What it told last it reads back from the ring, so a restart repeats
 * nothing and misses nothing that is still to be seen.
 */
final class JobObserver {
    private static final String STEP = "step.";
    private static final String JOB = "job.";
    private static final Set<String> ENDS =
            Set.of(JobState.COMPLETED.word(), JobState.FAILED.word(), JobState.CANCELLED.word());

    private final EventRing events;
    private final Map<String, Told> told = new HashMap<>();
    private final double forgottenBefore;

    /** What was last told of a job. */
    private static final class Told {
        private String state = "";
        private int run;
        private final Map<String, String> steps = new HashMap<>();
    }

    JobObserver(EventRing events) {
        this.events = events;
        EventPage kept = events.since(0, Integer.MAX_VALUE);
        for (EventEntry event : kept.events()) remember(event);
        forgottenBefore = kept.oldest() > 1 && !kept.events().isEmpty()
                ? kept.events().get(0).at()
                : 0;
    }

    private static String key(String service, String job) {
        return service + "|" + job;
    }

    private void remember(EventEntry event) {
        JsonNode data = event.data();
        if (!data.has("job_id") || !data.has("service")) return;
        Told job = told.computeIfAbsent(
                key(data.path("service").asText(), data.path("job_id").asText()), none -> new Told());
        job.run = data.path("run").asInt(job.run);
        if (event.type().startsWith(STEP))
            job.steps.put(
                    data.path("item").asText(),
                    mark(
                            event.type().substring(STEP.length()),
                            data.path("run").asInt(),
                            data.path("attempt").asInt()));
        else if (event.type().startsWith(JOB) && data.has("status"))
            job.state = data.path("status").asText();
    }

    private static String mark(String state, int run, int attempt) {
        return state + "|" + run + "|" + attempt;
    }

    /** Looks at a service's jobs; returns how many events it made. */
    int look(Hosted hosted) throws IOException {
        int made = 0;
        Set<String> there = new HashSet<>();
        for (JobView job : hosted.jobs().list(id -> there.add(id) && !isOver(key(hosted.name(), id)))) {
            there.add(job.id());
            if (wasToldLongAgo(hosted.name(), job)) continue;
            Told before = told.computeIfAbsent(key(hosted.name(), job.id()), none -> new Told());
            boolean known = before.run == job.run()
                    && job.state().isEnd()
                    && before.state.equals(job.state().word());
            if (!known) made += tell(hosted.name(), job, before);
        }
        forgetWhoIsGone(hosted, there);
        return made;
    }

    /** One that had ended before the oldest event that is kept: what was told of it has rolled out of the ring. */
    private boolean wasToldLongAgo(String service, JobView job) {
        double ended = job.facts().path("completed_at").asDouble(0);
        if (!job.state().isEnd() || ended == 0 || ended >= forgottenBefore) return false;
        Told of = new Told();
        of.run = job.run();
        of.state = job.state().word();
        return told.putIfAbsent(key(service, job.id()), of) == null;
    }

    /** Between two listings a job that is begun again can be seen nowhere, so each is looked for by its name. */
    private void forgetWhoIsGone(Hosted hosted, Set<String> there) throws IOException {
        String begin = key(hosted.name(), "");
        for (String key : List.copyOf(told.keySet()))
            if (key.startsWith(begin) && !there.contains(key.substring(begin.length()))) {
                Optional<JobView> job = hosted.jobs().find(key.substring(begin.length()));
                if (job.isEmpty()) told.remove(key);
            }
    }

    private boolean isOver(String key) {
        Told last = told.get(key);
        return last != null && ENDS.contains(last.state);
    }

    private synchronized int tell(String service, JobView job, Told before) {
        int made = 0;
        if (before.run != job.run()) {
            event(before.run == 0 ? "job.submitted" : "job.begun_again", service, job, "");
            before.run = job.run();
            before.state = "";
            made++;
        }
        if (!job.state().isEnd() && !before.state.equals(job.state().word())) made += state(service, job, before);
        made += unseenRun(service, job, before);
        for (StepView step : job.steps()) made += step(service, job, step, before);
        if (!before.state.equals(job.state().word())) made += state(service, job, before);
        return made;
    }

    /** One that ran and ended between two looks. */
    private int unseenRun(String service, JobView job, Told before) {
        boolean ran = job.state().isEnd() && job.facts().path("started_at").isNumber();
        if (!ran || (!before.state.isEmpty() && !before.state.equals(JobState.QUEUED.word()))) return 0;
        before.state = JobState.RUNNING.word();
        event(JOB + before.state, service, job, before.state);
        return 1;
    }

    private int state(String service, JobView job, Told before) {
        boolean goesOn = job.state() == JobState.RUNNING && before.state.equals(JobState.PAUSED.word());
        event(
                goesOn ? "job.resumed" : JOB + job.state().word(),
                service,
                job,
                job.state().word());
        before.state = job.state().word();
        return 1;
    }

    private int step(String service, JobView job, StepView step, Told before) {
        int attempt = step.facts().path("attempt").asInt();
        String mark = mark(step.state().word(), step.run(), attempt);
        String last = before.steps.getOrDefault(step.step().name(), "");
        if (mark.equals(last)) return 0;
        int made = 0;
        boolean began = step.facts().path("started_at").isNumber();
        boolean unseen = !last.startsWith(StepState.RUNNING.word() + "|" + step.run() + "|");
        if (step.state().isEnd() && began && unseen) {
            event(STEP + StepState.RUNNING.word(), service, job, step);
            made++;
        }
        event(STEP + step.state().word(), service, job, step);
        before.steps.put(step.step().name(), mark);
        return made + 1;
    }

    private void event(String type, String service, JobView job, String status) {
        ObjectNode data = data(service, job, job.run());
        if (!status.isEmpty()) data.put("status", status);
        data.set("held_by", Json.tree(List.copyOf(job.heldBy().keySet())));
        data.put("message", job.facts().path("message").asText(""));
        events.add(type, data);
    }

    private void event(String type, String service, JobView job, StepView step) {
        ObjectNode data = data(service, job, step.run());
        of(step, job, data);
        events.add(type, data);
    }

    private static ObjectNode data(String service, JobView job, int run) {
        return Json.object().put("service", service).put("job_id", job.id()).put("run", run);
    }

    private static void of(StepView step, JobView job, ObjectNode data) {
        data.put("item", step.step().name());
        data.put("task_id", job.id() + "." + step.run() + "." + step.step().name());
        data.put("attempt", step.facts().path("attempt").asInt());
        for (String key : List.of("worker", "started_at", "completed_at", "error"))
            if (step.facts().has(key)) data.set(key, step.facts().get(key));
    }
}
