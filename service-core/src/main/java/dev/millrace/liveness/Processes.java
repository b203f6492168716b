package dev.millrace.liveness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The port to the processes of this host. */
public interface Processes {

    /** The processes of this machine. */
    static Processes local() {
        return LocalProcesses.INSTANCE;
    }

    /** This very process. */
    ProcessIdentity self();

    /** What can be said about a process. */
    Existence look(ProcessIdentity process);

    /**
     * Starts a process that outlives this one: a session of its own, no terminal, standard input empty.
     *
     * @param command program and arguments
     * @param environment the whole environment; nothing is inherited
     * @param folder its working folder
     * @param output a file that standard output and error are appended to
     */
    ProcessIdentity start(List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException;

    /**
     * Runs a command to its end, with this process's environment and nothing to read.
     *
     * @param limit after which it is ended
     * @return its exit code and the first {@value #MOST_OUTPUT} bytes of what it printed
     * @throws IOException when it cannot be started or takes too long
     */
    Finished run(List<String> command, Duration limit) throws IOException;

    /** How much of a command's output is kept. */
    int MOST_OUTPUT = 2_000;

    /** A command that has ended. */
    record Finished(int exitCode, String output) {}

    /** The numbers of the processes that a process has started, and that those have; none where that is not known. */
    default Set<Long> descendants(long pid) {
        return Set.of();
    }

    /** Asks a process to end (SIGTERM). Nothing happens when it is not there any more. */
    void terminate(ProcessIdentity process);

    /** Ends a process at once (SIGKILL). Nothing happens when it is not there any more. */
    void kill(ProcessIdentity process);

    /** What is known of a process from here. */
    enum Existence {
        /** It runs. */
        ALIVE,
        /** It has ended, or its number belongs to another by now. */
        GONE,
        /** It is of another host; only its heartbeat tells. */
        UNKNOWN
    }
}
