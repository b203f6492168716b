package dev.millrace.rpc.method;

import dev.millrace.control.Hosted;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.SettingsException;
import dev.millrace.storage.Disk;
import java.io.IOException;
import java.util.Optional;

/**
 * The daemon starts workers that are processes. Threads of the daemon would end with it, and what they do to their process
 * they would do to it.
 */
final class ProcessesOnly {
    private ProcessesOnly() {}

    /** @throws SettingsException when the workers are to be threads */
    static void require(Hosted hosted, ServeOptions options) throws IOException {
        ServiceSettings wanted = hosted.service().env().settings().resolve(options);
        if (areThreads(wanted))
            throw SettingsException.of(
                    "launcher",
                    "is \"in-process\" for " + hosted.name()
                            + ": its workers are threads of whoever starts them, and the daemon hosts none; start it from"
                            + " the program that embeds it, or with \"process\"");
        requireNoThreadsElsewhere(hosted);
    }

    /**
     * What is held is taken up with the settings that it was started with. A daemon that became the owner of threads on
     * another host would keep everybody from starting them again.
     */
    private static void requireNoThreadsElsewhere(Hosted hosted) throws IOException {
        Optional<ServiceRecord> held =
                new ServiceFiles(Disk.local(), hosted.service().env().serviceFolder()).readRecord();
        if (held.isEmpty() || !areThreads(held.get().settings())) return;
        var owner = held.get().owner();
        if (Processes.local().look(owner) == Processes.Existence.UNKNOWN)
            throw new ServiceException("the workers of " + hosted.name() + " are threads of process " + owner.pid()
                    + " on " + owner.host() + ", which cannot be seen from here; run 'millrace stop' and then start");
    }

    private static boolean areThreads(ServiceSettings settings) {
        return settings.worker().launcher() == Launcher.IN_PROCESS;
    }
}
