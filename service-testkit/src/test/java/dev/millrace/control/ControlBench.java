package dev.millrace.control;

import dev.millrace.event.EventSink;
import dev.millrace.job.JobSpec;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.AppEnv;
import dev.millrace.testkit.SteppedTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A control plane on a stepped clock, over services without workers: nothing in them runs. */
final class ControlBench implements AutoCloseable {
    final SteppedTime time = SteppedTime.create();
    final ServicePorts ports;
    final ServiceControl control;
    double memoryMb = 100;
    int processes = 1;
    int samples;
    private final Path folder;

    ControlBench(Path folder) throws Exception {
        this.folder = folder.toRealPath();
        ports = ServicePorts.system().withTime(time).withLaunchers(List.of()).withEvents(EventSink.silent());
        control = ServiceControl.open(
                new ControlOptions(
                        this.folder.resolve("apps"),
                        new AppEnv.Environment(
                                Map.of(), this.folder.resolve("home"), Optional.of(this.folder.resolve("share"))),
                        ControlLimits.defaults(),
                        Optional.empty()),
                ports,
                workers -> sample());
    }

    private Resources sample() {
        samples++;
        return new Resources(memoryMb, 60, processes, 16_000, 8_000, List.of(0.5, 0.4, 0.3), 0, List.of());
    }

    Path folder() {
        return folder;
    }

    Hosted service(String name) throws Exception {
        Path app = Files.createDirectories(folder.resolve("apps").resolve(name));
        Files.writeString(app.resolve("app_settings.toml"), "[service]\nslots = 1\n");
        Hosted hosted = control.service(Optional.of(name));
        hosted.service().queue().prepare();
        return hosted;
    }

    /** A job with one step. */
    static JobSpec job(String id) throws Exception {
        var job = Json.object();
        job.putArray("tasks").addObject().put("name", "a").put("kind", "work");
        return JobSpec.of(job, id);
    }

    List<String> told() {
        return control.events().since(0, 1_000).events().stream()
                .map(event -> event.type())
                .toList();
    }

    @Override
    public void close() throws Exception {
        control.close();
    }
}
