package dev.millrace.testkit;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One process of a world: a thread that runs the product's code, and what the world knows of it. */
final class Actor {
    /** What somebody does; bad luck with the disk is part of it. */
    interface Script {
        void play(Actor me) throws Exception;
    }

    final int number;
    final String name;
    final Script script;
    final RandomGenerator random;
    Baton.@Nullable Runner runner;

    /** Nothing of it happens any more. */
    boolean dead;

    /** Its script has ended. */
    boolean over;

    /** Its script has ended, and the process lives on: it holds what it holds, and goes on when the faults stop. */
    boolean stays;

    /** The steps of the world until which it gets no turn. */
    long asleepUntil;

    /** The steps of the world until which the others take it for dead. */
    long suspectedUntil;

    /** It has come to a point at which others may come in. */
    boolean waits;

    /** What it is about to do. */
    Optional<DiskCall> pending = Optional.empty();

    /** A sum over everything that it has done and been told. */
    long history;

    /** Its life as a member of the queue; empty before it has joined. */
    String incarnation = "";

    /** Tasks that it was asked to remove. */
    final Set<String> mayRemove = new HashSet<>();

    /** How many results it has made up. */
    int results;

    /** How many operations it has done. */
    int operations;

    /** How many of its operations have changed the disk. */
    long changes;

    /** A fault has struck an operation of what it does now. */
    boolean struck;

    /** What its next operations meet. */
    @Nullable
    PlannedTrouble trouble;

    Actor(int number, String name, RandomGenerator random, Script script) {
        this.number = number;
        this.name = name;
        this.random = random;
        this.script = script;
    }

    /** No process of this life is there any more. */
    boolean isGone() {
        return dead || (over && !stays);
    }

    /** It may get a turn. */
    boolean plays() {
        return !dead && !over;
    }

    @Override
    public String toString() {
        return name;
    }
}
