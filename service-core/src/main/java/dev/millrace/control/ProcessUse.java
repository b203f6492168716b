package dev.millrace.control;

/**
 * What one process uses that does a service's work: a worker, or what its handlers have started.
 *
 * @param pid the process
 * @param worker the process of the worker that it is, or that it comes from
 * @param service whose worker that is; empty while nobody has said
 * @param command the name of its program
 * @param state what it does, a word of the system: running, sleeping, zombie and others
 * @param memoryMb its resident memory
 * @param cpu processor cores that it has used since it began, on average
 * @param threads how many it has
 * @param startedAt epoch seconds
 */
public record ProcessUse(
        long pid,
        long worker,
        String service,
        String command,
        String state,
        double memoryMb,
        double cpu,
        int threads,
        double startedAt) {
    /** The word for one that has ended and that nobody has collected. */
    public static final String ZOMBIE = "zombie";

    ProcessUse of(String owner) {
        return new ProcessUse(pid, worker, owner, command, state, memoryMb, cpu, threads, startedAt);
    }

    public boolean isZombie() {
        return state.equals(ZOMBIE);
    }
}
