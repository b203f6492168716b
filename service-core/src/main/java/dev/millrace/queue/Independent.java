package dev.millrace.queue;

import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Does several things of which none waits for another's success. */
final class Independent {
    /** Where a disk refuses thousands of files, a few say as much as all. */
    private static final int MOST_TOLD = 10;

    private Independent() {}

    /** One of them; says how much it did. */
    interface Step {
        int take() throws IOException;
    }

    /** One of them that does not count what it does. */
    interface Work {
        void carryOut() throws IOException;
    }

    static Step uncounted(Work work) {
        return () -> {
            work.carryOut();
            return 0;
        };
    }

    /** Takes each step, also when another fails. The first failure is thrown at the end, some of the others go with it. */
    static int take(Collection<Step> steps) throws IOException {
        int done = 0;
        @Nullable IOException first = null;
        for (Step step : steps)
            try {
                done += step.take();
            } catch (IOException e) {
                if (first == null) first = e;
                else if (first.getSuppressed().length < MOST_TOLD) first.addSuppressed(e);
            }
        if (first != null) throw first;
        return done;
    }
}
