package dev.millrace.rpc.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted from several threads. */
final class Counts {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger streams = new AtomicInteger();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong answered = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();

    /** Counts one more stream, unless there are as many as there may be. */
    boolean takeStream(int most) {
        return streams.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    void giveStream() {
        streams.decrementAndGet();
    }
}
