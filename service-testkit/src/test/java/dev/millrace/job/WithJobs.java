package dev.millrace.job;

import dev.millrace.json.Json;
import dev.millrace.queue.QueuePorts;
import dev.millrace.queue.TaskQueue;
import dev.millrace.storage.Disk;
import dev.millrace.testkit.MillraceExtension;
import dev.millrace.testkit.TestService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A service in the test's own thread, and jobs whose steps tell that they ran. */
public abstract class WithJobs {
    protected final List<String> ran = new ArrayList<>();
    protected String broken = "";

    /** How often a step still fails before it is done. */
    protected final Map<String, Integer> failures = new HashMap<>();

    /** What a broken step says. */
    protected String complaint = "no connection to 10.0.0.7";

    @RegisterExtension
    final MillraceExtension millrace = MillraceExtension.of("work", task -> {
        String step = task.id().substring(task.id().lastIndexOf('.') + 1);
        ran.add(step);
        if (step.equals(broken) || failures.merge(step, -1, Integer::sum) >= 0) throw new IOException(complaint);
        return Map.of("step", step, "exit_code", 0);
    });

    protected static Jobs jobs(TestService service) {
        return Jobs.in(service.queue(), ports(service, service.disk()), () -> {});
    }

    /** Over another disk; whoever sleeps there, as a hold does, lets the tasks run meanwhile. */
    protected static Jobs jobs(TestService service, Disk disk) {
        return Jobs.in(queue(service, disk), ports(service, disk), () -> {});
    }

    /** The service's queue over another disk. */
    protected static TaskQueue queue(TestService service, Disk disk) {
        return TaskQueue.inDirectory(service.queue().layout(), service.queue().options(), ports(service, disk));
    }

    protected static QueuePorts ports(TestService service, Disk disk) {
        return new QueuePorts(disk, service.time(), new Random(1), service.events());
    }

    /** A step is named, and what it waits for stands behind a colon. */
    protected static JobSpec job(String id, String... steps) {
        var job = Json.object();
        var tasks = job.putArray("tasks");
        for (String step : steps) {
            String[] parts = step.split(":");
            var entry = tasks.addObject().put("name", parts[0]).put("kind", "work");
            if (parts.length > 1) entry.set("depends_on", Json.tree(List.of(parts[1].split(","))));
        }
        return JobSpec.of(job, id);
    }

    /** A job of one step that is tried three times, at once. */
    protected static JobSpec thrice(String id, String step) {
        var job = Json.object();
        var entry = job.putArray("tasks").addObject().put("name", step).put("kind", "work");
        entry.put("max_attempts", 3).set("retry", Json.tree(Map.of("strategy", "fixed", "base", 0)));
        return JobSpec.of(job, id);
    }

    /** Runs a job, all but this step, which fails. */
    protected void runWithout(String step, JobSpec job, Jobs jobs, TestService service) throws Exception {
        broken = step;
        jobs.submit(job, "", false);
        service.drain();
    }

    protected static JobState state(Jobs jobs, String id) throws IOException {
        return jobs.find(id).orElseThrow().state();
    }

    protected static StepState step(Jobs jobs, String id, String step) throws IOException {
        return jobs.find(id).orElseThrow().step(step).orElseThrow().state();
    }
}
