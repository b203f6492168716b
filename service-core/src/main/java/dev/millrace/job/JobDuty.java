package dev.millrace.job;

import dev.millrace.queue.Pauses;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk.DiskLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Looks after jobs: carries out what somebody had begun, notes what has ended, ends what has run for too long, and lets in
 * who waits. Any number of processes may; one at a time does.
 */
final class JobDuty {
    private final TaskQueue queue;
    private final QueuePorts ports;
    private final JobFiles files;
    private final JobLook look;
    private final JobRuns runs;
    private final PressureHolds pressure;

    JobDuty(TaskQueue queue, QueuePorts ports, JobFiles files, JobLook look, JobRuns runs) {
        this.queue = queue;
        this.ports = ports;
        this.files = files;
        this.look = look;
        this.runs = runs;
        this.pressure = new PressureHolds(ports, queue.layout().jobs());
    }

    int step() throws IOException, InterruptedException {
        if (!files.hasOpen()) return 0;
        Optional<DiskLock> free = files.tryLock();
        if (free.isEmpty()) return 0;
        try (DiskLock mine = free.get()) {
            return looked() + letGoOfAbandoned() + letIn();
        }
    }

    /** Looks after all of them; under the lock. */
    int looked() throws IOException, InterruptedException {
        int done = 0;
        List<JobRecord> records = new ArrayList<>();
        for (JobRecord record : files.open()) {
            JobRecord carried = runs.carryOut(record);
            if (!carried.equals(record)) done++;
            records.add(carried);
        }
        List<JobView> views = look.views(records);
        for (int i = 0; i < records.size(); i++) {
            JobRecord now = looked(records.get(i), views.get(i));
            if (!now.equals(records.get(i))) done++;
            done += endWhenTooLong(now);
        }
        return done;
    }

    /** Notes what has ended; under the lock. */
    JobRecord looked(JobRecord record) throws IOException, InterruptedException {
        if (record.hasEnded()) return record;
        JobRecord carried = runs.carryOut(record);
        return looked(carried, look.view(carried));
    }

    JobRecord looked(JobRecord record, JobView view) throws IOException, InterruptedException {
        JobRecord noted = runs.note(record, view, now());
        if (noted.hasEnded() && !record.hasEnded()) letGoOfAll(noted.id());
        return noted;
    }

    private double now() {
        return ports.time().epochSeconds();
    }

    void letGoOfAll(String id) throws IOException, InterruptedException {
        for (String by : List.copyOf(queue.control().pauses().ofJob(id).keySet()))
            queue.control().letGo(id, by);
    }

    private int endWhenTooLong(JobRecord record) throws IOException, InterruptedException {
        JobRecord.Facts facts = record.facts();
        if (record.hasEnded() || facts.isStopped() || facts.startedAt() == 0) return 0;
        Optional<Double> limit = record.spec().timeoutSec();
        if (limit.isEmpty() || !queue.control().pauses().ofJob(record.id()).isEmpty()) return 0;
        double ran = now() - facts.startedAt() - facts.heldSec();
        if (ran <= limit.get()) return 0;
        String reason = String.format(
                Locale.ROOT, "the job ran for %.1f s; its timeout_sec is %s s", ran, String.valueOf(limit.get()));
        JobRecord stopped = record.with(facts.failedBy(reason));
        files.write(stopped);
        stop(stopped, reason);
        return 1;
    }

    /** Calls off what has not ended, then lets the rest of the world forget that it was held back. */
    void stop(JobRecord record, String reason) throws IOException, InterruptedException {
        runs.callOff(record, reason);
        letGoOfAll(record.id());
        looked(record);
    }

    // ------------------------------------------------------------------ how many run

    /** True when one more job may run. */
    boolean hasRoom() throws IOException, InterruptedException {
        if (running(files.open()) < files.most()) return true;
        for (JobRecord record : files.open()) looked(record);
        return running(files.open()) < files.most();
    }

    /**
     * A job of which one holder lets go: for how long it has been held back since it began. What others hold back goes on
     * counting from where they began, so that no moment counts twice.
     */
    JobRecord held(JobRecord record, String by) throws IOException {
        Map<String, Pauses.Pause> holders = queue.control().pauses().ofJob(record.id());
        Pauses.Pause pause = holders.get(by);
        if (pause == null || record.hasEnded() || record.facts().startedAt() == 0) return record;
        double until = now();
        for (Map.Entry<String, Pauses.Pause> other : holders.entrySet())
            if (!other.getKey().equals(by))
                until = Math.min(until, other.getValue().at());
        double since = Math.max(pause.at(), record.facts().startedAt());
        return record.with(record.facts().heldFor(until - since));
    }

    /** One holder lets go, and the job stands behind those that run; under the lock. */
    void letGo(JobRecord record, String by) throws IOException, InterruptedException {
        if (!record.hasEnded()) files.write(held(record, by));
        waitForTurn(record);
        queue.control().letGo(record.id(), by);
    }

    /** Whoever holds jobs back because of the machine says that he is still there. */
    void renewPressure(double everySec) throws IOException {
        pressure.renew(everySec);
    }

    /** What was held back by one who measured the machine and is gone. */
    private int letGoOfAbandoned() throws IOException, InterruptedException {
        Pauses pauses = queue.control().pauses();
        List<JobRecord> held = new ArrayList<>(files.open());
        held.removeIf(record -> !pauses.ofJob(record.id()).containsKey(Jobs.PRESSURE));
        if (!pressure.areAbandoned(!held.isEmpty())) return 0;
        for (JobRecord record : held) letGo(record, Jobs.PRESSURE);
        return held.size();
    }

    /** Who comes back stands behind those that run. */
    void waitForTurn(JobRecord record) throws IOException, InterruptedException {
        boolean waits = queue.control().pauses().ofJob(record.id()).containsKey(JobLook.LIMIT);
        if (!record.hasEnded() && !waits && !hasRoom())
            queue.control().hold(record.id(), JobLook.LIMIT, "as many jobs run as may");
    }

    private long running(List<JobRecord> open) throws IOException {
        Pauses pauses = queue.control().pauses();
        return open.stream()
                .filter(record ->
                        !record.facts().isStopped() && pauses.ofJob(record.id()).isEmpty())
                .count();
    }

    private int letIn() throws IOException, InterruptedException {
        Pauses pauses = queue.control().pauses();
        List<JobRecord> open = new ArrayList<>(files.open());
        open.removeIf(record -> !pauses.ofJob(record.id()).containsKey(JobLook.LIMIT));
        if (open.isEmpty()) return 0;
        open.sort(Comparator.comparing(record -> record.facts().submittedAt()));
        long room = files.most() - running(files.open());
        int done = 0;
        for (JobRecord record : open) {
            boolean paused = pauses.ofJob(record.id()).size() > 1;
            if (room <= 0 && !paused) continue;
            if (!paused) room--;
            if (!paused) files.write(letIn(record));
            if (!paused) queue.control().letGo(record.id(), JobLook.LIMIT);
            if (!paused) done++;
        }
        return done;
    }

    private JobRecord letIn(JobRecord record) throws IOException {
        return record.facts().startedAt() == 0
                ? record.with(record.facts().started(now()))
                : held(record, JobLook.LIMIT);
    }

    /** Forgets the oldest that have ended; 0 also when somebody else changes a job, who may begin one of them again. */
    int evict(int most) throws IOException {
        if (files.endedCount() <= most) return 0;
        Optional<DiskLock> free = files.tryLock();
        if (free.isEmpty()) return 0;
        try (DiskLock mine = free.get()) {
            return evicted(most);
        }
    }

    private int evicted(int most) throws IOException {
        List<String> oldest = files.endedByAge();
        int gone = 0;
        for (String id : oldest.subList(0, Math.max(0, oldest.size() - most))) if (files.forget(id)) gone++;
        return gone;
    }
}
