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
        NOTICE,
        DEATH,
        IDLE,
        HEALTH,
        PROGRAM,
        RPC_CALLS,
        RPC_PACED,
        RPC_IDLE,
        RPC_EVENTS,
        PEER;

        Measurement make() {
            return switch (this) {
                case LIMITS -> new DiskLimits();
                case SUBMIT -> new SubmitRun();
                case DRAIN -> new DrainRun();
                case LATENCY -> new LatencyRun();
                case NOTICE -> new NoticeRun();
                case DEATH -> new DeathRun();
                case IDLE -> new IdleRun();
                case HEALTH -> new HealthRun();
                case PROGRAM -> new ProgramRun();
                case RPC_CALLS -> new RpcCallsRun();
                case RPC_PACED -> new RpcPacedRun();
                case RPC_IDLE -> new RpcIdleRun();
                case RPC_EVENTS -> new RpcEventsRun();
                case PEER -> new PeerRun();
            };
        }
    }
}
