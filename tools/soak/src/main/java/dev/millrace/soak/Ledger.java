package dev.millrace.soak;

import dev.millrace.time.Time;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What one process of a run writes down, one line at a time: a word, a subject, the time, and more. A line is handed to the
 * system before anything goes on, so it survives a kill of its writer.
 */
final class Ledger implements AutoCloseable {
    /** A task is about to be submitted. */
    static final String SUBMITS = "S";

    /** Its submitter was told that it is accepted. */
    static final String ACKNOWLEDGED = "A";

    /** A handler begins a task. */
    static final String BEGINS = "B";

    /** A handler is about to return. */
    static final String ENDS = "E";

    /** A handler is about to throw. */
    static final String FAILS = "X";

    /** A result was dropped because its task had been taken away. */
    static final String FENCED = "F";

    /** Something was put aside that could not be run. */
    static final String QUARANTINED = "Q";

    /** A process was killed, stopped, or woken; or a disk failed, or recovered. */
    static final String STRUCK = "K";

    /** Not a channel, which the interrupt of one handler would close for all. */
    private final FileOutputStream file;

    private final Time time;

    private Ledger(FileOutputStream file, Time time) {
        this.file = file;
        this.time = time;
    }

    static Ledger open(Path file, Time time) throws IOException {
        return new Ledger(new FileOutputStream(file.toFile(), true), time);
    }

    /** Writes a line. */
    void note(String word, String subject, String more) {
        write(line(word, subject, more));
    }

    String line(String word, String subject, String more) {
        return word + "\t" + subject + "\t" + micros(time.instant()) + "\t" + more.replaceAll("[\\t\\n\\r]+", " ")
                + "\n";
    }

    /** Writes lines in one piece; of several threads, one at a time. */
    synchronized void write(String lines) {
        try {
            file.write(lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written: " + e.getMessage(), e);
        }
    }

    static long micros(Instant moment) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
