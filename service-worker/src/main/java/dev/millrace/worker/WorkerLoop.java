package dev.millrace.worker;

import dev.millrace.liveness.Heartbeat;
import java.util.List;

/** A worker's work, one step at a time; who steps it decides about waiting. */
public interface WorkerLoop {

    /**
     * Claims tasks for free slots, looks after running ones (time limits, lost claims), and finishes what the disk refused
     * before. Never waits for a handler.
     *
     * @return how much was done; 0 when there is nothing to do now
     */
    int step();

    /** Begins to claim, also after {@link #park}. */
    void run();

    /** Finishes running tasks and claims no more, until {@link #run}. */
    void park();

    /**
     * Interrupts the handlers that run, and puts their tasks back for others without spending an attempt. What a handler
     * returns all the same counts. One that does not hear is given up, as after a time limit. May be repeated.
     */
    void giveBack(String reason);

    /** Finishes running tasks, claims no more, and then ends. */
    void drain();

    WorkerPhase phase();

    /** True while outcomes are on their way to the disk. */
    boolean isSettling();

    /** How many slots are in use. */
    int busy();

    /** The running tasks, oldest first. */
    List<Heartbeat.CurrentTask> current();

    /** True when handlers that never returned have used up the worker: it should end and be started afresh. */
    boolean isExhausted();

    /** True when a handler is ending the virtual machine right now. */
    boolean isEndedByHandler();

    /** Gives back every running task at once, unfinished, for the end of the process. */
    void handBackAll(String reason);
}
