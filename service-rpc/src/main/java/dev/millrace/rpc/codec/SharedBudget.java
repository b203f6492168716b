package dev.millrace.rpc.codec;

import java.util.concurrent.atomic.AtomicLong;

/** A counter that never passes its bound. */
final class SharedBudget implements ByteBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    SharedBudget(long most) {
        this.most = most;
    }

    @Override
    public boolean take(long bytes) {
        long now = taken.get();
        while (now + bytes <= most) {
            if (taken.compareAndSet(now, now + bytes)) return true;
            now = taken.get();
        }
        return false;
    }

    @Override
    public void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    @Override
    public long taken() {
        return taken.get();
    }
}
