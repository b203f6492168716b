package dev.millrace.service;

import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This machine, seen as another host sees it: of processes that somebody else started nothing is known but their
 * heartbeats.
 */
record FarHost(Processes local) implements Processes {
    static FarHost view() {
        return new FarHost(Processes.local());
    }

    /** A heartbeat of a worker on a host that nobody can look at. */
    static Heartbeat beat(String worker, double timestamp) {
        return new Heartbeat(
                0,
                worker,
                new ProcessIdentity(4_711, "t12345", "far-away", "far-away|another-boot|pid:[1]"),
                "0".repeat(32),
                timestamp,
                Heartbeat.State.RUNNING,
                7,
                timestamp,
                1,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public ProcessIdentity self() {
        ProcessIdentity self = local.self();
        return new ProcessIdentity(self.pid(), self.start(), "observer", "observer|boot|pid:[2]");
    }

    @Override
    public Existence look(ProcessIdentity process) {
        return process.equals(self()) ? Existence.ALIVE : Existence.UNKNOWN;
    }

    @Override
    public ProcessIdentity start(List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException {
        throw new IOException("nothing is started here");
    }

    @Override
    public Finished run(List<String> command, Duration limit) throws IOException {
        return local.run(command, limit);
    }

    @Override
    public void terminate(ProcessIdentity process) {}

    @Override
    public void kill(ProcessIdentity process) {}
}
