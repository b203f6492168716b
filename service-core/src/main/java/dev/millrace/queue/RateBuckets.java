package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.task.Rate;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.pessimistic_locking.AbstractLockBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.pessimistic_locking.LockBasedTransaction;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks of a kind may still begin now. The buckets are Bucket4j's; each is kept in a file, so that all workers
 * and hosts share it. To be called under the lock of the limits only.
 *
 * <p>Buckets are refilled by a {@link BucketClock}, which the files keep in step over workers and hosts. A bucket whose file
 * is damaged begins afresh, full: what counts on it goes on, and at most one bucket too many begins.
 */
final class RateBuckets {
    private static final int LIMIT_BYTES = 1 << 12;

    private final Disk disk;
    private final EventSink events;
    private final Path folder;
    private final Files files;

    RateBuckets(QueuePorts ports, Path folder) {
        this.disk = ports.disk();
        this.events = ports.events();
        this.folder = folder;
        this.files = new Files(new BucketClock(ports.time()));
    }

    /** Takes one task out of a kind's bucket; when there is none, says how long it takes until there is. */
    Optional<Duration> take(long kindTag, Rate rate) throws IOException {
        try {
            long waitNanos =
                    bucket(kindTag, rate).tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill();
            return waitNanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(waitNanos));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Puts one back that was taken for nothing. */
    void giveBack(long kindTag, Rate rate) throws IOException {
        try {
            bucket(kindTag, rate).addTokens(1);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Begins a kind's bucket afresh, full; false when nothing was taken out of it yet. */
    boolean fill(long kindTag, Rate rate) throws IOException {
        return disk.delete(file(kindTag, rate));
    }

    /** How long it takes until a task may begin; zero when one may now. Takes nothing. */
    Duration untilNext(long kindTag, Rate rate) throws IOException {
        if (files.lastState(file(kindTag, rate)) == null) return Duration.ZERO;
        try {
            return Duration.ofNanos(
                    bucket(kindTag, rate).estimateAbilityToConsume(1).getNanosToWaitForRefill());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Another rate has another file: what was taken at the old one does not count. */
    private Path file(long kindTag, Rate rate) {
        String name = (kindTag < 0 ? "default" : String.format("%08x", kindTag)) + "-" + rate.tasks() + "-"
                + rate.period().toMillis() + ".bucket";
        return folder.resolve(name);
    }

    /** Bucket4j asks what time it is before it reads; so it is read here first, for when it was last used. */
    private Bucket bucket(long kindTag, Rate rate) throws IOException {
        Path file = file(kindTag, rate);
        if (files.lastState(file) == null && disk.delete(file))
            events.accept(
                    new Event.Note("removed " + file + ", which was damaged: the rate begins with a full bucket"));
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(rate.tasks()).refillGreedy(rate.tasks(), rate.period()))
                .build();
        return files.getProxy(file, () -> configuration);
    }

    /** Keeps each bucket in a file: when it was last used, and what Bucket4j wants to know of it. */
    private final class Files extends AbstractLockBasedProxyManager<Path> {
        private final BucketClock clock;

        Files(BucketClock clock) {
            super(ClientSideConfig.getDefault().withClientClock(clock));
            this.clock = clock;
        }

        /** What Bucket4j has written, and puts the clock right; null when there is nothing that can be used. */
        private byte @Nullable [] lastState(Path file) throws IOException {
            try {
                return BucketFile.parse(disk.read(file, LIMIT_BYTES))
                        .filter(read -> clock.catchUpWith(read.usedAt()))
                        .map(BucketFile::state)
                        .orElse(null);
            } catch (NoSuchFileException | FileTooLargeException none) {
                return null;
            }
        }

        @Override
        protected LockBasedTransaction allocateTransaction(Path file, Optional<Long> timeout) {
            return new Transaction(file);
        }

        @Override
        public void removeProxy(Path file) {
            try {
                disk.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whoever calls has the lock already. */
        private final class Transaction implements LockBasedTransaction {
            private final Path file;

            Transaction(Path file) {
                this.file = file;
            }

            @Override
            public void begin(Optional<Long> timeout) {
                // the lock of the limits is held
            }

            @Override
            public void rollback() {
                // nothing was written
            }

            @Override
            public void commit(Optional<Long> timeout) {
                // what is written counts
            }

            @Override
            public byte @Nullable [] lockAndGet(Optional<Long> timeout) {
                try {
                    return lastState(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void unlock() {
                // by whoever holds it
            }

            @Override
            public void create(byte[] data, RemoteBucketState state, Optional<Long> timeout) {
                write(data);
            }

            @Override
            public void update(byte[] data, RemoteBucketState state, Optional<Long> timeout) {
                write(data);
            }

            private void write(byte[] data) {
                byte[] content = new BucketFile(clock.currentTimeNanos(), data).bytes();
                try {
                    disk.createFolders(folder);
                    disk.replace(file, content, Durability.OS);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void release() {
                // nothing is held
            }
        }
    }
}
