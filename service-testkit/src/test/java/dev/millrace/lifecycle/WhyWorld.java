package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A service of two workers on another host, with everything in it that can hold a task back. */
abstract class WhyWorld {
    private static final String SETTINGS = """
            [service]
            heartbeat_timeout = 60
            default_kind = "plain"
            [service.kinds.narrow]
            max_running = 1
            [service.kinds.slow]
            rate = "1/h"
            [service.kinds.frail]
            circuit_breaker = { failures = 1, probe_after = 60 }
            [service.serves]
            "w2" = ["video"]
            """;

    @TempDir
    Path folder;

    final SteppedTime time = SteppedTime.create();
    final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    /** Every cause that {@link #why} has named. */
    final Set<Code> seen = EnumSet.noneOf(Code.class);

    long free = 1L << 40;
    Disk disk = Disk.local();
    ServicePorts ports;
    AppEnv env;
    ServiceSettings settings;
    ServiceRecord record;
    TaskQueue queue;
    WorkerQueue w1;
    WorkerQueue w2;

    @BeforeEach
    void prepare() throws IOException {
        disk = withFreeSpace();
        ports = new ServicePorts(disk, time, random, Processes.local(), List.of(), RecordingEvents.create());
        Path app = Files.createDirectories(folder.resolve("apps/app"));
        Files.writeString(app.resolve("app_settings.toml"), SETTINGS + moreSettings());
        env = AppEnv.find(
                folder.resolve("apps"),
                "app",
                new AppEnv.Environment(Map.of(), folder, Optional.of(folder.resolve("share"))));
        settings = AppSettings.read(env.settingsFile().orElseThrow()).resolve(ServeOptions.defaults());
        record = new ServiceRecord(
                "app",
                "app",
                app,
                env.defaultQueueFolder(),
                ServiceRecord.Phase.RUNNING,
                time.epochSeconds(),
                ProcessIdentity.unknown(),
                "",
                settings,
                List.of(new WorkerEntry(0, "w1", "far"), new WorkerEntry(1, "w2", "far")));
        queue = new Held(ports, settings, record.queueDir()).queue();
        queue.prepare();
        w1 = queue.join(Member.newLife(0, "w1", random));
        w2 = queue.join(Member.newLife(1, "w2", random));
        w2.serveOnly(Set.of("video"));
        beat(w1, 0, 2);
        beat(w2, 0, 2);
    }

    /** More tables for the service's settings. */
    String moreSettings() {
        return "";
    }

    Disk withFreeSpace() {
        return (Disk) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("usableSpace")) return free;
                    try {
                        return method.invoke(Disk.local(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    void beat(WorkerQueue worker, double ahead, int freeSlots) throws IOException {
        beat(worker, ahead, Collections.nCopies(2 - freeSlots, "x"));
    }

    void beat(WorkerQueue worker, double ahead, List<String> runs) throws IOException {
        Member member = worker.member();
        Heartbeat beat = new Heartbeat(
                member.workerId(),
                member.worker(),
                new ProcessIdentity(7, "s", "far", "far"),
                member.incarnation(),
                time.epochSeconds() + ahead,
                Heartbeat.State.RUNNING,
                1,
                1,
                2,
                runs.stream()
                        .map(id -> new Heartbeat.CurrentTask(id, "", 1, 1, Optional.empty()))
                        .toList(),
                Optional.empty(),
                Optional.empty());
        Path file = queue.layout().heartbeats().resolve(beat.fileName());
        Heartbeats.write(Disk.local(), queue.layout().heartbeats(), beat);
        Disk.local().touch(file, time.instant());
    }

    void loseBeatOf(String worker) throws IOException {
        for (Heartbeat beat :
                Heartbeats.readAll(disk, queue.layout().heartbeats()).values())
            if (beat.worker().equals(worker))
                Files.delete(queue.layout().heartbeats().resolve(beat.fileName()));
    }

    void keepsHouse(WorkerQueue worker) throws IOException {
        QueueAges none = queue.ages();
        Member member = worker.member();
        new StewardReport(member.worker(), member.incarnation(), 1, 1, 0, queue.counts(), none)
                .write(disk, queue.layout());
    }

    Submission submit(Task task) throws IOException {
        return queue.submit(task);
    }

    // ------------------------------------------------------------------ asking

    List<Cause> why(String subject) throws Exception {
        return why(subject, Optional.of(record));
    }

    List<Cause> why(String subject, Optional<ServiceRecord> held) throws Exception {
        List<Cause> causes =
                new Explainer(env, ports, held, settings).why(subject).causes();
        causes.forEach(cause -> seen.add(cause.code()));
        return causes;
    }

    void expect(String subject, Code code, String... words) throws Exception {
        Cause first = why(subject).get(0);
        assertThat(first.code()).as(first.says()).isEqualTo(code);
        assertThat(first.says() + "\n" + first.next()).contains(words);
    }
}
