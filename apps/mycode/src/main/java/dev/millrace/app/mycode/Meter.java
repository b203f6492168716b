package dev.millrace.app.mycode;

import dev.millrace.worker.TaskContext;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/** Tells the worker how far the reading has come, and stops it when the task was cancelled. */
final class Meter {
    private final TaskContext task;
    private final long size;
    private final long stride;
    private long bytes;
    private long nextReport;
    private long rows;

    /** @param size bytes of the file; 0 when unknown */
    Meter(TaskContext task, long size) {
        this.task = task;
        this.size = size;
        this.stride = Math.max(1, size / 100);
    }

    /**
     * Counts bytes that were read, and reports about each hundredth of the file.
     *
     * @throws CancellationException when the task was cancelled or its thread interrupted, which stays so
     */
    void read(long more) {
        bytes += more;
        if (task.isCancelled() || Thread.currentThread().isInterrupted()) throw cancelled();
        if (bytes < nextReport) return;
        nextReport = bytes + stride;
        report();
    }

    private CancellationException cancelled() {
        return new CancellationException("cancelled after " + bytes + " bytes, " + rows + " rows");
    }

    void row() {
        rows++;
    }

    /** The last report: all is read, or as much as was asked for. */
    void end() {
        task.progress(1.0, String.format(Locale.ROOT, "%,d rows", rows));
    }

    private void report() {
        // A file that grows while it is read never looks finished.
        double fraction = size == 0 ? 0 : Math.min(0.999, (double) bytes / size);
        task.progress(
                fraction, String.format(Locale.ROOT, "%,d rows, %,d of %,d bytes", rows, bytes, Math.max(size, bytes)));
    }

    long bytes() {
        return bytes;
    }
}
