package dev.millrace.testkit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One file of a {@link RememberedFiles}, which guards it. */
final class RememberedContent {
    private final @Nullable FileTrace trace;
    private final GrowingBytes bytes = new GrowingBytes();
    private Instant modified;

    /** @param unforced who keeps account of what is not durable; null where nothing has to be forced */
    RememberedContent(Instant modified, @Nullable Unforced unforced) {
        this.modified = modified;
        this.trace = unforced == null ? null : new FileTrace(this, unforced);
    }

    @Nullable
    FileTrace trace() {
        return trace;
    }

    int size() {
        return bytes.size();
    }

    Instant modified() {
        return modified;
    }

    byte[] bytes() {
        return bytes.copy();
    }

    byte[] end(int most) {
        return bytes.end(most);
    }

    long hash() {
        return bytes.hash();
    }

    void write(long position, byte[] more, Instant now) {
        int at = Math.toIntExact(position);
        bytes.write(at, more);
        modified = now;
        if (trace != null) trace.wrote(new FileWrite(at, more.clone()));
    }

    void truncate(Instant now) {
        bytes.truncate();
        modified = now;
        if (trace != null) trace.wrote(FileWrite.TRUNCATION);
    }

    /** Its bytes are durable from now on. */
    void force() {
        if (trace != null) trace.force();
    }

    void touch(Instant when) {
        modified = when;
    }
}
