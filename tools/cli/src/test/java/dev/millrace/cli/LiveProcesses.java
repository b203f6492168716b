package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes of this machine whose command line names a path; workers name their service's folder. */
final class LiveProcesses {
    private LiveProcesses() {}

    static List<ProcessHandle> naming(Path path) {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self)
                .filter(process -> commandLine(process.pid()).contains(path.toString()))
                .filter(process -> !isAboutToBecomeAnother(process))
                .toList();
    }

    /** Whoever starts a program is there twice for a moment, until the copy becomes that program. */
    private static boolean isAboutToBecomeAnother(ProcessHandle process) {
        String own = commandLine(process.pid());
        return process.parent()
                .map(parent -> commandLine(parent.pid()))
                .filter(own::equals)
                .isPresent();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
