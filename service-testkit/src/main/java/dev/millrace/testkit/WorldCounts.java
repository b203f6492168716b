package dev.millrace.testkit;

/** What happened in a world. */
final class WorldCounts {
    long steps;
    long switches;
    long actors;
    long tasks;
    long ended;
    long kills;
    long powerCuts;
    long faults;
    long naps;
    long suspicions;
    long fenced;
    long rescued;

    void add(WorldCounts more) {
        steps += more.steps;
        switches += more.switches;
        actors += more.actors;
        tasks += more.tasks;
        ended += more.ended;
        kills += more.kills;
        powerCuts += more.powerCuts;
        faults += more.faults;
        naps += more.naps;
        suspicions += more.suspicions;
        fenced += more.fenced;
        rescued += more.rescued;
    }
}
