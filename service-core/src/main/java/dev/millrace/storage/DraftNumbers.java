package dev.millrace.storage;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers that make draft names unique on this host: the process id in front, a counter behind. */
final class DraftNumbers {
    private static final AtomicLong NEXT =
            new AtomicLong(ProcessHandle.current().pid() << 32);

    private DraftNumbers() {}

    static long next() {
        return NEXT.incrementAndGet();
    }
}
