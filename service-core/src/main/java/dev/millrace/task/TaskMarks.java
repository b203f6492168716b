package dev.millrace.task;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What a task's name tells about its document, so that a worker need not open the file to see that it is not for it now.
 *
 * <pre>  [w] [c] [k &lt;8 hex digits&gt;]</pre>
 *
 * @param targeted {@code w}: the document names a worker
 * @param keyed {@code c}: the document has a concurrency key
 * @param kindTag {@code k}: the CRC-32C of the kind; {@link #NO_KIND} for the default handler
 */
public record TaskMarks(boolean targeted, boolean keyed, long kindTag) {
    /** The tag of tasks without a kind. */
    public static final long NO_KIND = -1;

    /** A task of the default handler, for any worker, without a concurrency key. */
    public static final TaskMarks NONE = new TaskMarks(false, false, NO_KIND);

    private static final long LARGEST_TAG = 0xFFFF_FFFFL;
    private static final int TAG_DIGITS = 8;

    public TaskMarks {
        if (kindTag < NO_KIND || kindTag > LARGEST_TAG)
            throw new IllegalArgumentException("kind tag " + kindTag + " is not -1 to " + LARGEST_TAG);
    }

    /** The tag of a kind; an empty one has none. */
    public static long tagOf(String kind) {
        if (kind.isEmpty()) return NO_KIND;
        CRC32C sum = new CRC32C();
        sum.update(kind.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    /** Whether a task with these marks is of a kind. Two kinds share a tag once in four thousand million. */
    public boolean isOfKind(String kind) {
        return kindTag == tagOf(kind);
    }

    /** The letters in the name. */
    String spelled() {
        return (targeted ? "w" : "") + (keyed ? "c" : "") + (kindTag == NO_KIND ? "" : "k" + Hex.digits8(kindTag));
    }

    /** Reads the letters between the lane and the dash; null when they are none of ours. */
    static @org.jspecify.annotations.Nullable TaskMarks parse(String name, int from, int to) {
        int at = from;
        boolean targeted = at < to && name.charAt(at) == 'w';
        if (targeted) at++;
        boolean keyed = at < to && name.charAt(at) == 'c';
        if (keyed) at++;
        if (at == to) return targeted || keyed ? new TaskMarks(targeted, keyed, NO_KIND) : NONE;
        if (name.charAt(at) != 'k' || to - at != 1 + TAG_DIGITS) return null;
        long tag = Hex.value(name, at + 1, to);
        return tag < 0 ? null : new TaskMarks(targeted, keyed, tag);
    }
}
