package dev.millrace.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventEntry;
import dev.millrace.event.EventPage;
import dev.millrace.event.EventRing;
import dev.millrace.job.AttemptEntry;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.job.Jobs;
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
 * nothing and misses nothing that is still to be seen. Attempts that came and went between two looks are told from what
 * was kept of them.
 */
final class JobObserver {
    private static final String STEP = "step.";
    private static final String JOB = "job.";
    private static final String RETRIED = "step.retried";
    private static final String DAMAGED = "job.damaged";
    private static final String ATTEMPT = "attempt";

    private final EventRing events;
    private final Map<String, Told> told = new HashMap<>();
    private final Map<String, String> damaged = new HashMap<>();
    private final double forgottenBefore;

    /** What was last told of a step; the state is a word. */
    private record Mark(String state, int run, int attempt) {
        private static final Mark NONE = new Mark("", 0, 0);

        private boolean isRunning(int inRun, int asAttempt) {
            return equals(new Mark(StepState.RUNNING.word(), inRun, asAttempt));
        }

        private boolean isEnd() {
            for (StepState one : StepState.values())
                if (one.isEnd() && one.word().equals(state)) return true;
            return false;
        }
    }

    /** What was last told of a job. */
    private static final class Told {
        private String state = "";
        private int run;
        private final Map<String, Mark> steps = new HashMap<>();
        /** The last attempt of each step that was told to be followed by another one. */
        private final Map<String, Mark> retried = new HashMap<>();
        /** Its end is written down, so nothing more comes of its steps. */
        private boolean written;

        /** A job that is called off has ended before its last step has. */
        private boolean isOver() {
            return isEnd(state) && (written || steps.values().stream().allMatch(Mark::isEnd));
        }

        private int retriedIn(int inRun, String item) {
            Mark last = retried.getOrDefault(item, Mark.NONE);
            return last.run() == inRun ? last.attempt() : 0;
        }
    }

    private static boolean isEnd(String state) {
        for (JobState one : JobState.values()) if (one.isEnd() && one.word().equals(state)) return true;
        return false;
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
        String key = key(data.path("service").asText(), data.path("job_id").asText());
        if (event.type().equals(DAMAGED)) {
            damaged.put(key, data.path("message").asText());
            return;
        }
        Told job = told.computeIfAbsent(key, none -> new Told());
        job.run = data.path("run").asInt(job.run);
        if (event.type().startsWith(STEP)) rememberStep(event, job);
        else if (event.type().startsWith(JOB) && data.has("status"))
            job.state = data.path("status").asText();
    }

    private static void rememberStep(EventEntry event, Told job) {
        JsonNode data = event.data();
        String state = event.type().substring(STEP.length());
        Mark mark = new Mark(state, data.path("run").asInt(), data.path(ATTEMPT).asInt());
        (event.type().equals(RETRIED) ? job.retried : job.steps)
                .put(data.path("item").asText(), mark);
    }

    /** Looks at a service's jobs; returns how many events it made. */
    int look(String service, Jobs jobs) throws IOException {
        Set<String> there = new HashSet<>();
        int[] made = {0};
        jobs.visit(id -> there.add(id) && !isOver(key(service, id)), job -> {
            there.add(job.id());
            made[0] += look(service, jobs, job);
        });
        Map<String, String> unreadable = jobs.damaged();
        made[0] += lookAtDamaged(service, unreadable);
        there.addAll(unreadable.keySet());
        forgetWhoIsGone(service, jobs, there);
        return made[0];
    }

    private int look(String service, Jobs jobs, JobView job) throws IOException {
        if (wasToldLongAgo(service, job)) return 0;
        Told before = told.computeIfAbsent(key(service, job.id()), none -> new Told());
        boolean known = before.run == job.run()
                && before.isOver()
                && before.state.equals(job.state().word());
        int made = known ? 0 : new Telling(service, jobs, job, before).tell();
        before.written = job.facts().path("completed_at").isNumber();
        return made;
    }

    private int lookAtDamaged(String service, Map<String, String> now) {
        int made = 0;
        for (Map.Entry<String, String> one : now.entrySet()) {
            boolean isNews = !one.getValue().equals(damaged.put(key(service, one.getKey()), one.getValue()));
            if (!isNews) continue;
            ObjectNode data = Json.object().put("service", service).put("job_id", one.getKey());
            events.add(DAMAGED, data.put("message", one.getValue()));
            made++;
        }
        damaged.keySet()
                .removeIf(key -> key.startsWith(key(service, ""))
                        && !now.containsKey(key.substring(key(service, "").length())));
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
    private void forgetWhoIsGone(String service, Jobs jobs, Set<String> there) throws IOException {
        String begin = key(service, "");
        for (String key : List.copyOf(told.keySet()))
            if (key.startsWith(begin) && !there.contains(key.substring(begin.length()))) {
                Optional<JobView> job = jobs.find(key.substring(begin.length()));
                if (job.isEmpty()) told.remove(key);
            }
    }

    private boolean isOver(String key) {
        Told last = told.get(key);
        return last != null && last.isOver();
    }

    /** Tells what is new of one job. */
    private final class Telling {
        private final String service;
        private final Jobs jobs;
        private final JobView job;
        private final Told before;
        private Optional<Map<String, AttemptEntry>> history = Optional.empty();
        private int made;

        private Telling(String service, Jobs jobs, JobView job, Told before) {
            this.service = service;
            this.jobs = jobs;
            this.job = job;
            this.before = before;
        }

        private int tell() throws IOException {
            if (before.run != job.run()) {
                event(before.run == 0 ? "job.submitted" : "job.begun_again", "");
                before.run = job.run();
                before.state = "";
            }
            if (!job.state().isEnd() && !before.state.equals(job.state().word())) state();
            unseenRun();
            for (StepView step : job.steps()) step(step);
            if (!before.state.equals(job.state().word())) state();
            return made;
        }

        /** One that ran and ended between two looks. */
        private void unseenRun() {
            boolean ran = job.state().isEnd() && job.facts().path("started_at").isNumber();
            if (!ran || (!before.state.isEmpty() && !before.state.equals(JobState.QUEUED.word()))) return;
            before.state = JobState.RUNNING.word();
            event(JOB + before.state, before.state);
        }

        private void state() {
            boolean goesOn = job.state() == JobState.RUNNING && before.state.equals(JobState.PAUSED.word());
            event(goesOn ? "job.resumed" : JOB + job.state().word(), job.state().word());
            before.state = job.state().word();
        }

        private void step(StepView step) throws IOException {
            String item = step.step().name();
            int attempt = step.facts().path(ATTEMPT).asInt();
            Mark mark = new Mark(step.state().word(), step.run(), attempt);
            Mark last = before.steps.getOrDefault(item, Mark.NONE);
            if (mark.equals(last)) return;
            for (int tried = before.retriedIn(step.run(), item) + 1; tried < attempt; tried++)
                retried(step, tried, last);
            boolean began = step.facts().path("started_at").isNumber();
            if (step.state().isEnd() && began && !last.isRunning(step.run(), attempt))
                event(STEP + StepState.RUNNING.word(), step);
            event(STEP + step.state().word(), step);
            before.steps.put(item, mark);
        }

        /** An attempt that another one followed. */
        private void retried(StepView step, int attempt, Mark last) throws IOException {
            String item = step.step().name();
            before.retried.put(item, new Mark("", step.run(), attempt));
            AttemptEntry entry = history().get(place(item, step.run(), attempt));
            if (entry == null) return;
            ObjectNode data = data(step.run()).put("item", item);
            data.put("task_id", job.id() + "." + step.run() + "." + item).put(ATTEMPT, attempt);
            for (String key : List.of("worker", "started_at"))
                if (!entry.json().path(key).isNull()) data.set(key, entry.json().get(key));
            double began = entry.json()
                    .path("started_at")
                    .asDouble(entry.json().path("at").asDouble());
            if (!last.isRunning(step.run(), attempt)) event(STEP + StepState.RUNNING.word(), began, data);
            data.set("code", entry.json().path("code"));
            data.set("error", entry.json().path("message"));
            event(RETRIED, entry.json().path("at").asDouble(began), data);
        }

        private static String place(String item, int run, int attempt) {
            return item + "|" + run + "|" + attempt;
        }

        private Map<String, AttemptEntry> history() throws IOException {
            if (history.isPresent()) return history.get();
            Map<String, AttemptEntry> entries = new HashMap<>();
            for (AttemptEntry entry : jobs.history(job.id(), "", Integer.MAX_VALUE)) {
                JsonNode json = entry.json();
                if (json.path("outcome").asText().equals("snoozed")) continue;
                String item = json.path("item").asText();
                entries.put(
                        place(item, json.path("run").asInt(), json.path(ATTEMPT).asInt()), entry);
            }
            history = Optional.of(entries);
            return entries;
        }

        private void event(String type, String status) {
            ObjectNode data = data(job.run());
            if (!status.isEmpty()) data.put("status", status);
            data.set("held_by", Json.tree(List.copyOf(job.heldBy().keySet())));
            data.put("message", job.facts().path("message").asText(""));
            events.add(type, data);
            made++;
        }

        private void event(String type, StepView step) {
            ObjectNode data = data(step.run()).put("item", step.step().name());
            data.put("task_id", job.id() + "." + step.run() + "." + step.step().name());
            data.put(ATTEMPT, step.facts().path(ATTEMPT).asInt());
            for (String key : List.of("worker", "started_at", "completed_at", "error"))
                if (step.facts().has(key)) data.set(key, step.facts().get(key));
            events.add(type, data);
            made++;
        }

        private void event(String type, double at, ObjectNode data) {
            events.add(type, at, data);
            made++;
        }

        private ObjectNode data(int run) {
            return Json.object().put("service", service).put("job_id", job.id()).put("run", run);
        }
    }
}
