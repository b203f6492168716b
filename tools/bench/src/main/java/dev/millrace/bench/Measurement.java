package dev.millrace.bench;

/** Something that is measured once, by a process that does nothing else. */
interface Measurement {

    /**
     * Does it, in a folder that is new and empty.
     *
     * @throws Exception when it could not be done; its text is shown
     */
    Values run(Assignment assignment) throws Exception;

    /** All there are. */
    enum Name {
        LIMITS,
        SUBMIT,
        DRAIN,
        LATENCY,
        IDLE,
        HEALTH,
        PROGRAM,
        PEER;

        Measurement make() {
            return switch (this) {
                case LIMITS -> new DiskLimits();
                case SUBMIT -> new SubmitRun();
                case DRAIN -> new DrainRun();
                case LATENCY -> new LatencyRun();
                case IDLE -> new IdleRun();
                case HEALTH -> new HealthRun();
                case PROGRAM -> new ProgramRun();
                case PEER -> new PeerRun();
            };
        }
    }
}
