package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends every process of a run that is still there: it bears the run's folder on its command line, or has said that it is one. */
record Leftovers(RunFolder run, Processes processes, Time time) {
    private static final Path PROC = Path.of("/proc");
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int QUIET_LOOKS = 4;
    private static final int MOST_LOOKS = 200;
    private static final int START = 19;

    /** Returns when for a moment none was there; the number that were ended. */
    int end() throws IOException, InterruptedException {
        int ended = 0;
        int quiet = 0;
        for (int look = 0; quiet < QUIET_LOOKS && look < MOST_LOOKS; look++) {
            List<ProcessIdentity> found = find();
            found.forEach(processes::kill);
            ended += found.size();
            quiet = found.isEmpty() ? quiet + 1 : 0;
            time.sleep(LOOK);
        }
        return ended;
    }

    private List<ProcessIdentity> find() throws IOException {
        ProcessIdentity self = processes.self();
        List<ProcessIdentity> found = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(run.processes())) {
            for (Path file : names) found.add(RunFolder.processOf(String.valueOf(file.getFileName()), self));
        }
        if (Files.isDirectory(PROC)) addListed(found, self);
        found.removeIf(one -> one.pid() == self.pid() || processes.look(one) != Existence.ALIVE);
        return found;
    }

    private void addListed(List<ProcessIdentity> found, ProcessIdentity self) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders)
                if (text(folder.resolve("cmdline")).contains(RunFolder.PROPERTY + "=" + run.root()))
                    startOf(folder)
                            .ifPresent(start -> found.add(new ProcessIdentity(
                                    Long.parseLong(String.valueOf(folder.getFileName())),
                                    start,
                                    self.host(),
                                    self.hostId())));
        }
    }

    private static Optional<String> startOf(Path folder) {
        String stat = text(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length > START ? Optional.of("t" + fields[START]) : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
