package dev.millrace.queue;

/**
 * How large values may become, in bytes of their JSON. What is too large for a task document lies in a file of its own
 * beside the queue.
 *
 * @param inline the largest result that stands in the document itself, at least 1
 * @param largest the largest value that is kept at all; {@code [service] payload_limit_bytes}
 * @param quota the most bytes that all such files may hold together; {@code [service] payload_quota_bytes}
 */
public record PayloadLimits(int inline, int largest, long quota) {
    public PayloadLimits {
        if (inline < 1 || largest < 1 || quota < 1)
            throw new IllegalArgumentException(
                    "payload limits must be positive, not " + inline + ", " + largest + " and " + quota);
    }

    /** 768 KiB in the document, 64 MiB each, 4 GiB together. */
    public static PayloadLimits defaults() {
        return new PayloadLimits(768 << 10, 64 << 20, 4L << 30);
    }
}
