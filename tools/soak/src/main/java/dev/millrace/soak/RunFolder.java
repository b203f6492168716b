package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.settings.AppEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run keeps its things: the ledger and what steers its processes outside of the queue, and the service's share,
 * which may lie on a disk of its own.
 */
record RunFolder(Path root) {
    /** The system property that tells a process of the run where it lies. */
    static final String PROPERTY = "millrace.soak.run";

    static final String APP = "soak";

    /** The run that this process belongs to. */
    static RunFolder ofProcess() {
        String text = System.getProperty(PROPERTY, "");
        if (text.isEmpty()) throw new IllegalStateException("-D" + PROPERTY + " is missing");
        return new RunFolder(Path.of(text));
    }

    void make() throws IOException {
        for (Path folder : new Path[] {ledger(), processes(), spared(), clocks(), disk(), apps().resolve(APP)})
            Files.createDirectories(folder);
    }

    /** What was handed in, acknowledged, begun and ended, as those say who did it. */
    Path ledger() {
        return root.resolve("ledger");
    }

    /** One empty file for each process of the run, see {@link #nameOf}. */
    Path processes() {
        return root.resolve("processes");
    }

    /** Processes that nobody may see or end, as if on a host that is out of reach. */
    Path spared() {
        return root.resolve("spared");
    }

    /** By how many seconds the wall clock of a process is off. */
    Path clocks() {
        return root.resolve("clocks");
    }

    /** By how many seconds all of them are off, when it is there. */
    Path lateClock() {
        return root.resolve("late-clock");
    }

    /** While it is there, submitters hand in slow tasks only, one now and then. */
    Path sparingly() {
        return root.resolve("sparingly");
    }

    /** When it is there, submitters end. */
    Path enough() {
        return root.resolve("enough");
    }

    /** The process that everything here belongs to. */
    Path owner() {
        return root.resolve("owner");
    }

    /** What holds the share: a folder, or the mount point of a disk of its own. */
    Path disk() {
        return root.resolve("disk");
    }

    Path share() {
        return disk().resolve("share");
    }

    Path apps() {
        return root.resolve("apps");
    }

    Path settings() {
        return apps().resolve(APP).resolve("app_settings.toml");
    }

    AppEnv env() {
        return AppEnv.find(apps(), APP, new AppEnv.Environment(Map.of(), root, Optional.of(share())));
    }

    /** A process as a file name. */
    static String nameOf(ProcessIdentity process) {
        return process.pid() + "-" + process.start();
    }

    /** The process that a file name tells of, on the host of {@code self}. */
    static ProcessIdentity processOf(String name, ProcessIdentity self) {
        int dash = name.indexOf('-');
        return new ProcessIdentity(
                Long.parseLong(name.substring(0, dash)), name.substring(dash + 1), self.host(), self.hostId());
    }
}
