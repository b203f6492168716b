package dev.millrace.testkit;

import java.util.Arrays;
import java.util.Optional;

/**
 * Makes a failing world short: drops and plainens its choices as long as the same promise stays broken. Which choices
 * there are changes with each try, so this is a search, and what it finds is short, not always the shortest.
 */
final class Shrinking {
    private static final int MOST_RUNS = 1_500;
    private static final int WEIGHT_OF_A_CHOICE = 6;

    private final WorldOptions options;
    private WorldRun best;
    private int runs;

    Shrinking(WorldOptions options, WorldRun failed) {
        this.options = options;
        this.best = failed;
    }

    WorldFailure failure() {
        try (Baton baton = new Baton()) {
            shrink(baton);
            WorldRun shown = run(best.choices(), baton, true);
            InvariantBroken broken = shown.broken().or(best::broken).orElseThrow();
            return new WorldFailure(
                    best.seed(), broken.invariant(), String.valueOf(broken.getMessage()), shown.trace());
        }
    }

    private void shrink(Baton baton) {
        boolean better = true;
        while (better && runs < MOST_RUNS) {
            better = false;
            for (int size = Math.max(1, best.choices().length / 2); size > 0; size /= 2) better |= pass(size, baton);
            better |= lower(baton);
        }
    }

    /** Drops blocks of choices, from the end; where that mends the world, makes them plain. */
    private boolean pass(int size, Baton baton) {
        boolean better = false;
        for (int at = best.choices().length - size; at > -size && runs < MOST_RUNS; at -= size) {
            int from = Math.max(0, at);
            if (from >= best.choices().length) continue;
            better |= attempt(without(best.choices(), from, size), baton)
                    || attempt(plain(best.choices(), from, size), baton);
        }
        return better;
    }

    private boolean lower(Baton baton) {
        boolean better = false;
        for (int at = 0; at < best.choices().length && runs < MOST_RUNS; at++) {
            if (best.choices()[at] < 2) continue;
            int[] lower = best.choices().clone();
            lower[at] = lower[at] / 2;
            better |= attempt(lower, baton);
        }
        return better;
    }

    private static int[] without(int[] choices, int from, int size) {
        int to = Math.min(choices.length, from + size);
        int[] rest = Arrays.copyOf(choices, choices.length - (to - from));
        System.arraycopy(choices, to, rest, from, choices.length - to);
        return rest;
    }

    private static int[] plain(int[] choices, int from, int size) {
        int[] changed = choices.clone();
        Arrays.fill(changed, from, Math.min(choices.length, from + size), 0);
        return changed;
    }

    private boolean attempt(int[] choices, Baton baton) {
        if (Arrays.equals(choices, best.choices())) return false;
        WorldRun run = run(choices, baton, false);
        if (!isSame(run.broken()) || cost(run) >= cost(best)) return false;
        best = run;
        return true;
    }

    private WorldRun run(int[] choices, Baton baton, boolean traced) {
        runs++;
        return new World(best.seed(), Choices.given(choices), options, baton, traced).run();
    }

    private boolean isSame(Optional<InvariantBroken> broken) {
        return broken.map(InvariantBroken::invariant).equals(best.broken().map(InvariantBroken::invariant));
    }

    private static long cost(WorldRun run) {
        return run.counts().steps
                + WEIGHT_OF_A_CHOICE
                        * Arrays.stream(run.choices())
                                .filter(choice -> choice > 0)
                                .count();
    }
}
