package dev.millrace.soak;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts workers as the service's own launcher does, in processes that keep a ledger and whose clock can be set. */
record SoakLauncher(Processes processes) implements WorkerLauncher {

    @Override
    public boolean serves(Launcher launcher, String host) {
        return launcher == Launcher.PROCESS;
    }

    @Override
    public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(record.settings().worker().javaOptions());
        command.addAll(List.of(
                "-cp",
                record.classPath(),
                SoakWorkerMain.class.getName(),
                files.folder().toString(),
                worker.name()));
        return processes.start(command, environment(), record.appFolder(), files.output(worker.name()));
    }

    static String java() {
        return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    }

    static Map<String, String> environment() {
        return Map.of("LC_ALL", "C.UTF-8");
    }

    @Override
    public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) {
        processes.kill(process);
        return false;
    }
}
