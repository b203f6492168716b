package dev.millrace.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.job.JobException.Reason;
import dev.millrace.job.JobRecord.Facts;
import dev.millrace.job.JobRecord.UnderWay;
import dev.millrace.json.Texts;
import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk.DiskLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** {@link Jobs} beside the queue. What changes a job holds the lock of the jobs; looking needs none. */
final class DirectoryJobs implements Jobs {
    private static final Comparator<JobView> NEWEST_FIRST = Comparator.comparing(
                    (JobView view) -> view.facts().path("submitted_at").asDouble())
            .reversed();

    private final TaskQueue queue;
    private final QueuePorts ports;
    private final Door door;
    private final JobFiles files;
    private final JobLook look;
    private final JobRuns runs;
    private final JobDuty duty;
    private final JobReports reports;
    private final JobContinuation continuation;

    DirectoryJobs(TaskQueue queue, QueuePorts ports, Door door) {
        this.queue = queue;
        this.ports = ports;
        this.door = door;
        this.files = new JobFiles(ports, queue.layout().jobs());
        this.look = new JobLook(queue, ports);
        this.runs = new JobRuns(queue, ports, files, look);
        this.duty = new JobDuty(queue, ports, files, look, runs);
        this.reports = new JobReports(queue, ports, files, look, runs);
        this.continuation = new JobContinuation(queue, files, look, runs, duty);
    }

    // ------------------------------------------------------------------ submit

    @Override
    public JobView submit(JobSpec spec, String configPath, boolean dryRun) throws IOException, InterruptedException {
        door.requireOpen();
        if (dryRun) {
            requireFree(spec.id());
            return look.view(first(spec, configPath, 1, List.of()));
        }
        try (DiskLock mine = files.lock()) {
            Optional<JobRecord> before = requireFree(spec.id());
            int run = before.map(old -> old.run() + 1).orElse(1);
            List<String> replaced = before.isEmpty() ? List.of() : runs.unfinished(before.get());
            JobRecord record = first(spec, configPath, run, replaced);
            duty.letGoOfAll(spec.id());
            if (!duty.hasRoom()) queue.control().hold(spec.id(), JobLook.LIMIT, "as many jobs run as may");
            else record = record.with(record.facts().started(now()));
            return look.view(accepted(record, before));
        }
    }

    private JobRecord first(JobSpec spec, String configPath, int run, List<String> replaced) {
        List<StepRecord> steps = new ArrayList<>();
        for (JobStep step : spec.steps()) steps.add(new StepRecord(step, run));
        return new JobRecord(spec, run, Facts.submitted(configPath, now()), Optional.of(new UnderWay(replaced)), steps);
    }

    private double now() {
        return ports.time().epochSeconds();
    }

    /** When nothing of it could be submitted, the job was never there, and the one before it still is. */
    private JobRecord accepted(JobRecord record, Optional<JobRecord> before) throws IOException, InterruptedException {
        try {
            files.put(record);
            return runs.carryOut(record);
        } catch (IOException | RuntimeException e) {
            try {
                takeBack(record, before);
            } catch (IOException | RuntimeException stays) {
                e.addSuppressed(stays);
            }
            throw e;
        }
    }

    private void takeBack(JobRecord record, Optional<JobRecord> before) throws IOException, InterruptedException {
        if (queue.ofJobs(Set.of(record.id())).stream()
                .anyMatch(task -> task.id().startsWith(record.id() + "." + record.run() + "."))) return;
        queue.control().letGo(record.id(), JobLook.LIMIT);
        if (before.isPresent() && !before.get().hasEnded()) files.write(before.get());
        else files.withdraw(record.id());
    }

    private Optional<JobRecord> requireFree(String id) throws IOException, InterruptedException {
        Optional<JobRecord> before = files.read(id);
        if (before.isEmpty() || before.get().hasEnded()) return before;
        JobView view = look.view(before.get());
        if (view.state().isEnd()) return Optional.of(duty.looked(before.get(), view));
        throw new JobException(
                Reason.ALREADY_ACTIVE,
                "job " + id + " is already " + view.state().word());
    }

    // ------------------------------------------------------------------ looking

    @Override
    public Optional<JobView> find(String id) throws IOException {
        Optional<JobRecord> record = files.read(id);
        return record.isEmpty() ? Optional.empty() : Optional.of(look.view(record.get()));
    }

    private JobRecord required(String id) throws IOException {
        return files.read(id).orElseThrow(() -> unknown(id));
    }

    static JobException unknown(String id) {
        return new JobException(Reason.UNKNOWN_JOB, "there is no job '" + id + "'; job.list names those that are");
    }

    @Override
    public List<JobView> list() throws IOException {
        List<JobView> all = new ArrayList<>();
        Set<String> open = visitOpen(all::add);
        visitEnded(id -> true, open, all::add);
        all.subList(open.size(), all.size()).sort(NEWEST_FIRST);
        return all;
    }

    @Override
    public void visit(Predicate<String> wanted, Visitor visitor) throws IOException {
        visitEnded(wanted, visitOpen(visitor), visitor);
    }

    /** Those that have not ended; their names. */
    private Set<String> visitOpen(Visitor visitor) throws IOException {
        List<JobView> open = new ArrayList<>(look.views(files.open()));
        open.sort(NEWEST_FIRST);
        Set<String> seen = new HashSet<>();
        for (JobView view : open) {
            seen.add(view.id());
            visitor.visit(view);
        }
        return seen;
    }

    private void visitEnded(Predicate<String> wanted, Set<String> open, Visitor visitor) throws IOException {
        for (String id : files.ended(wanted)) {
            if (open.contains(id)) continue;
            Optional<JobRecord> record = files.readEnded(id);
            if (record.isPresent()) visitor.visit(look.view(record.get()).withoutResults());
        }
    }

    @Override
    public List<JobView> open() throws IOException {
        List<JobView> open = new ArrayList<>(look.views(files.open()));
        open.sort(NEWEST_FIRST.reversed());
        return open;
    }

    @Override
    public Map<String, String> damaged() throws IOException {
        return files.damaged();
    }

    @Override
    public List<AttemptEntry> history(String id, String item, int limit) throws IOException {
        return reports.history(required(id), item, limit);
    }

    @Override
    public List<AttemptEntry> errors(String id, String item, String type, String code, int limit) throws IOException {
        return reports.errors(required(id), item, type, code, limit);
    }

    @Override
    public ObjectNode diagnose(String id) throws IOException {
        return reports.diagnose(required(id));
    }

    // ------------------------------------------------------------------ pause and resume

    @Override
    public Answer pause(String id, String by, String reason) throws IOException, InterruptedException {
        try (DiskLock mine = files.lock()) {
            JobView view = look.view(required(id));
            if (view.state().isEnd())
                return new Answer(false, "job " + id + " is " + view.state().word() + ", not running");
            if (view.heldBy().containsKey(by)) return new Answer(false, "job " + id + " is paused, not running");
            queue.control().hold(id, by, Texts.shortened(reason));
            return new Answer(true, "no further step begins; steps that run go on");
        }
    }

    @Override
    public Answer letGo(String id, String by) throws IOException, InterruptedException {
        try (DiskLock mine = files.lock()) {
            JobRecord record = required(id);
            Pauses.Pause pause = queue.control().pauses().ofJob(id).get(by);
            if (pause == null) return new Answer(false, "job " + id + " is not held back by " + by);
            duty.letGo(record, by);
            return new Answer(true, "");
        }
    }

    @Override
    public void renewPressure(double everySec) throws IOException {
        duty.renewPressure(everySec);
    }

    @Override
    public Answer resume(String id) throws IOException, InterruptedException {
        JobView view = find(id).orElseThrow(() -> unknown(id));
        if (view.state() == JobState.PAUSED) {
            for (String by : List.copyOf(view.heldBy().keySet())) if (!by.equals(JobLook.LIMIT)) letGo(id, by);
            return new Answer(true, "goes on where it was paused");
        }
        door.requireOpen();
        try (DiskLock mine = files.lock()) {
            return continuation.resume(duty.looked(required(id)), now());
        }
    }

    @Override
    public Answer modify(String id, JobSpec spec, String configPath) throws IOException, InterruptedException {
        door.requireOpen();
        if (!spec.id().equals(id))
            throw new JobException(Reason.BAD_JOB, "the new definition is of job " + spec.id() + ", not of " + id);
        try (DiskLock mine = files.lock()) {
            return continuation.modify(duty.looked(required(id)), spec, configPath, now());
        }
    }

    // ------------------------------------------------------------------ cancel, recover, clear

    @Override
    public Answer cancel(String id, String reason) throws IOException, InterruptedException {
        try (DiskLock mine = files.lock()) {
            Optional<JobRecord> record = files.read(id);
            if (record.isEmpty()) return new Answer(false, "there is no job '" + id + "'");
            JobRecord looked = duty.looked(record.get());
            if (looked.hasEnded() || looked.facts().isStopped())
                return new Answer(
                        false, "job " + id + " is " + look.view(looked).state().word() + " already");
            String why = Texts.shortened(reason);
            JobRecord stopped = looked.with(looked.facts().calledOff(why));
            files.write(stopped);
            duty.stop(stopped, why);
            return new Answer(true, "");
        }
    }

    @Override
    public Recovery recover(String id, Set<String> items, Optional<String> from, boolean dryRun)
            throws IOException, InterruptedException {
        if (dryRun) return recovery(required(id), items, from).planned();
        try (DiskLock mine = files.lock()) {
            JobRecovery recovery = recovery(duty.looked(required(id)), items, from);
            Recovery planned = recovery.planned();
            if (planned.reset().isEmpty()) {
                if (!planned.recovered().isEmpty()) files.write(recovery.ended());
                return planned;
            }
            queue.control().hold(id, OPERATOR, "recovered; resume it to go on");
            Set<String> anew = Set.copyOf(planned.reset());
            JobRecord found = recovery.found();
            JobRecord next = runs.again(found, found.spec(), anew, found.facts().again(now()));
            writeOrLetGo(next);
            runs.carryOut(next);
            return planned;
        }
    }

    /** What was held back for a change that could not be written is not held back. */
    private void writeOrLetGo(JobRecord record) throws IOException, InterruptedException {
        try {
            files.write(record);
        } catch (IOException | RuntimeException e) {
            queue.control().letGo(record.id(), OPERATOR);
            throw e;
        }
    }

    private JobRecovery recovery(JobRecord record, Set<String> items, Optional<String> from) throws IOException {
        return new JobRecovery(queue, look, record, items, from);
    }

    @Override
    public Cleared clear(Set<JobState> states, double olderThanSec, Set<String> ids)
            throws IOException, InterruptedException {
        try (DiskLock mine = files.lock()) {
            duty.looked();
            List<String> deleted = new ArrayList<>();
            Map<String, String> refused = new LinkedHashMap<>();
            Set<JobState> ended = EnumSet.noneOf(JobState.class);
            states.stream().filter(JobState::isEnd).forEach(ended::add);
            Set<String> named = new HashSet<>(ids);
            visit(id -> ids.isEmpty() || ids.contains(id), view -> {
                if (!ids.isEmpty() && !named.remove(view.id())) return;
                boolean old = now() - view.facts().path("submitted_at").asDouble() >= olderThanSec;
                boolean fits = ended.contains(view.state()) && old;
                if (fits && files.read(view.id()).filter(JobRecord::hasEnded).isPresent() && files.forget(view.id()))
                    deleted.add(view.id());
                else if (!view.state().isEnd())
                    refused.put(view.id(), "is " + view.state().word());
                else if (fits) refused.put(view.id(), "is " + view.state().word() + ", but a step of it still ends");
                else if (ids.contains(view.id()))
                    refused.put(
                            view.id(),
                            old ? "is " + view.state().word() + ", which was not asked for" : "is too young");
            });
            named.forEach(id -> refused.put(id, Cleared.UNKNOWN));
            return new Cleared(deleted, refused);
        }
    }

    // ------------------------------------------------------------------ looking after

    @Override
    public int most() throws IOException {
        return files.most();
    }

    @Override
    public void most(int jobs) throws IOException {
        if (jobs < 1 || jobs > 10_000)
            throw new IllegalArgumentException("max_concurrent_jobs " + jobs + " must be 1 to 10000");
        files.most(jobs);
    }

    @Override
    public int step() throws IOException, InterruptedException {
        return duty.step();
    }

    @Override
    public int evict(int most) throws IOException {
        return duty.evict(most);
    }
}
