package dev.millrace.rpc.server;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with names; none of them keeps the process alive. */
final class Names {
    private Names() {}

    static ThreadFactory numbered(String prefix) {
        AtomicInteger last = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + last.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
