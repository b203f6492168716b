package dev.millrace.control;

/**
 * What the daemon and the workers of its services use, and what the machine has.
 *
 * @param memoryMb resident memory of the daemon and the workers together
 * @param processes how many workers' processes run
 * @param machineMemoryMb the machine's memory
 * @param machineAvailableMb what of it is free or can be freed
 * @param load the machine's load of the last minute; negative where it is not known
 */
public record Resources(
        double memoryMb, int processes, double machineMemoryMb, double machineAvailableMb, double load) {}
