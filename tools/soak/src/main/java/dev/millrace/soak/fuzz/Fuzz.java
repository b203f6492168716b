package dev.millrace.soak.fuzz;

import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes up documents that nobody should have written, and lets everything read them that reads such documents. */
public interface Fuzz {

    /**
     * Runs rounds of a few documents each until so many were made up, or one round has failed. A round follows from its
     * seed; that of the first is {@code seed}, each has the one behind the one before it.
     *
     * @param documents how many, at least
     * @param scratch an existing folder; what belongs to a round that failed is left in it
     * @param lines what reads command lines: gives false when it refuses one in order
     * @param time how long a round may take is measured by
     * @param progress is told now and then how far this is
     */
    static FuzzReport run(
            long seed, long documents, Path scratch, Predicate<String[]> lines, Time time, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new FuzzRun(seed, documents, scratch, FuzzSetting.of(lines), time, progress).run();
    }
}
