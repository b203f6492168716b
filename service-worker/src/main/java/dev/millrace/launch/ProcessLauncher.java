package dev.millrace.launch;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Workers as processes of this host that outlive whoever started them. */
public record ProcessLauncher(Processes processes) implements WorkerLauncher {

    /** For {@link java.util.ServiceLoader}. */
    public ProcessLauncher() {
        this(Processes.local());
    }

    @Override
    public boolean serves(Launcher launcher, String host) {
        return launcher == Launcher.PROCESS && LocalHost.is(host);
    }

    @Override
    public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(WorkerCommand.java().toString());
        command.addAll(
                WorkerCommand.sharingClasses(record.classPath(), System.getProperty("java.runtime.version", "")));
        command.addAll(WorkerCommand.arguments(files, record, worker));
        return processes.start(
                command,
                WorkerCommand.environment(record, System.getenv()),
                record.appFolder(),
                files.output(worker.name()));
    }

    @Override
    public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
        processes.kill(process);
        return false;
    }
}
