package dev.millrace.worker;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger whose lines go to one task's own file. The file is made with the first line, and ends with a note when it has
 * grown to its limit. Logging never fails a task.
 */
final class TaskLog extends LegacyAbstractLogger implements AutoCloseable {
    private static final long serialVersionUID = 1L;
    private static final long LIMIT_BYTES = 10 << 20;

    private final transient Disk disk;
    private final transient Time time;
    private final transient Path folder;
    private final String stem;
    private transient @Nullable AppendFile out;
    private transient boolean full;

    TaskLog(Disk disk, Time time, Path folder, String stem) {
        this.name = "task";
        this.disk = disk;
        this.time = time;
        this.folder = folder;
        this.stem = stem;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable throwable) {
        StringWriter text = new StringWriter();
        text.append(time.instant().toString()).append(' ').append(level.name()).append(' ');
        text.append(MessageFormatter.basicArrayFormat(pattern, arguments)).append('\n');
        if (throwable != null) throwable.printStackTrace(new PrintWriter(text, true));
        write(text.toString());
    }

    /** An interrupt would close the file; it is kept for the handler. */
    private synchronized void write(String line) {
        boolean interrupted = Thread.interrupted();
        try {
            if (!full) append(line);
        } catch (IOException e) {
            full = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void append(String line) throws IOException {
        AppendFile target = out;
        if (target == null) out = target = disk.append(folder.resolve(stem + ".log"));
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (target.size() + bytes.length > LIMIT_BYTES) {
            full = true;
            bytes = ("log ends here: it reached " + LIMIT_BYTES + " bytes\n").getBytes(StandardCharsets.UTF_8);
        }
        target.append(bytes);
    }

    @Override
    public synchronized void close() {
        full = true;
        try {
            if (out != null) out.close();
        } catch (IOException e) {
            // every line was handed to the system when it was written
        }
        out = null;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
