package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The processes of this machine, but for those that are spared: of them nothing is known and nobody can end them, as of
 * processes on a host that is out of reach. Else a worker that stands still would be ended before it can wake up.
 */
record SparingProcesses(Processes local, Path spared) implements Processes {

    private boolean isSpared(ProcessIdentity process) {
        return process.pid() > 0 && Files.exists(spared.resolve(RunFolder.nameOf(process)));
    }

    @Override
    public ProcessIdentity self() {
        return local.self();
    }

    @Override
    public Existence look(ProcessIdentity process) {
        return isSpared(process) ? Existence.UNKNOWN : local.look(process);
    }

    @Override
    public ProcessIdentity start(List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException {
        return local.start(command, environment, folder, output);
    }

    @Override
    public Finished run(List<String> command, Duration limit) throws IOException {
        return local.run(command, limit);
    }

    @Override
    public void terminate(ProcessIdentity process) {
        if (!isSpared(process)) local.terminate(process);
    }

    @Override
    public void kill(ProcessIdentity process) {
        if (!isSpared(process)) local.kill(process);
    }
}
