package dev.millrace.testkit;

import java.util.function.Supplier;

/**
 * What a handler changes in the world, for {@link TestService#crashEverywhere(dev.millrace.task.Task, SideEffects)}.
 *
 * @param state what there is to see of it: anything that Jackson can write as JSON, and compared as that. Leave out what is
 *     different each time, such as moments and random names
 * @param reset makes the world as it was before; called before each trial
 * @param comparesResult whether the task's result must be the same as well
 */
public record SideEffects(Supplier<?> state, Runnable reset, boolean comparesResult) {

    /** A handler that changes nothing: its result says all. */
    public static SideEffects none() {
        return of(() -> "", () -> {});
    }

    /** A handler that changes something. */
    public static SideEffects of(Supplier<?> state, Runnable reset) {
        return new SideEffects(state, reset, true);
    }

    /** The same for a handler whose result is another one each time. */
    public SideEffects withoutResult() {
        return new SideEffects(state, reset, false);
    }
}
