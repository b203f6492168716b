package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A {@link SimulatedDisk} as one life of one process sees it. */
final class ProcessDisk extends WatchedDisk {
    private final String name;
    private final RememberedFiles files;
    private final SimulatedFiles host;
    private final Map<Path, List<String>> lastListings = new HashMap<>();
    private final Set<HeldLock> locks = new HashSet<>();
    private final List<FolderWatch> watches = new ArrayList<>();
    private volatile boolean dead;

    ProcessDisk(String name, RememberedFiles files, SimulatedFiles host) {
        this.name = name;
        this.files = files;
        this.host = host;
    }

    @Override
    Disk below() {
        return files;
    }

    @Override
    void requireAlive() {
        if (dead) throw new CrashException("process " + name + " is dead");
    }

    /** Observers may kill this process, and so may whoever runs while a slow operation lasts. */
    private Optional<DiskFault.Kind> meet(DiskCall call) throws IOException {
        requireAlive();
        host.tell(name, call);
        requireAlive();
        Optional<DiskFault> fault = host.faultFor(name, call);
        if (fault.isEmpty()) return Optional.empty();
        if (fault.get().kind() != DiskFault.Kind.SLOW)
            return Optional.of(fault.get().kind());
        host.sleep(fault.get().length());
        requireAlive();
        return Optional.empty();
    }

    @Override
    <T> T run(DiskCall call, Work<T> work) throws IOException {
        Optional<DiskFault.Kind> fault = meet(call);
        if (fault.isEmpty()) return work.run(false);
        return switch (fault.get()) {
            case NO_SPACE -> throw full(call, work);
            case TOO_MANY_OPEN_FILES -> throw DiskTrouble.tooManyOpenFiles().about(call.path());
            case RENAME_REPORTED_AS_LOST -> throw done(call, work);
            case SLOW, STALE_LISTING -> work.run(false);
            case INPUT_OUTPUT -> throw DiskTrouble.inputOutput().about(call.path());
        };
    }

    private static <T> IOException full(DiskCall call, Work<T> work) throws IOException {
        if (hasBytes(call) && !call.is(Operation.CREATE)) work.run(true);
        return DiskTrouble.noSpace().about(call.path());
    }

    private static <T> IOException done(DiskCall call, Work<T> work) throws IOException {
        work.run(false);
        return DiskTrouble.noSuchFile().about(call.path());
    }

    @Override
    public Path draftOf(Path file) {
        return host.draftOf(file);
    }

    // ------------------------------------------------------------------ listings

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        listed(folder, () -> {
                    List<String> names = new ArrayList<>();
                    files.forEachName(folder, names::add);
                    return names;
                })
                .forEach(visitor);
    }

    @Override
    public List<String> sortedNames(Path folder) throws IOException {
        return new ArrayList<>(listed(folder, () -> files.sortedNames(folder)));
    }

    private interface Listing {
        List<String> names() throws IOException;
    }

    private List<String> listed(Path folder, Listing listing) throws IOException {
        Optional<DiskFault.Kind> fault = meet(new DiskCall(Operation.LIST, folder, Optional.empty()));
        if (fault.isPresent() && fault.get() != DiskFault.Kind.STALE_LISTING)
            throw fault.get() == DiskFault.Kind.INPUT_OUTPUT
                    ? DiskTrouble.inputOutput().about(folder)
                    : DiskTrouble.tooManyOpenFiles().about(folder);
        synchronized (lastListings) {
            List<String> before = lastListings.get(folder);
            if (fault.isPresent() && before != null) return before;
            List<String> now = List.copyOf(listing.names());
            lastListings.put(folder, now);
            return now;
        }
    }

    // ------------------------------------------------------------------ what belongs to a process

    private final class HeldLock implements DiskLock {
        private final Path file;
        private final DiskLock lock;

        private HeldLock(Path file, DiskLock lock) {
            this.file = file;
            this.lock = lock;
        }

        @Override
        public void close() {
            synchronized (locks) {
                locks.remove(this);
            }
            lock.close();
        }
    }

    @Override
    public Optional<DiskLock> tryLock(Path file) throws IOException {
        return super.tryLock(file).map(lock -> held(file, lock));
    }

    private DiskLock held(Path file, DiskLock lock) {
        HeldLock held = new HeldLock(file, lock);
        synchronized (locks) {
            locks.add(held);
        }
        return held;
    }

    @Override
    public FolderWatch watch(List<Path> folders) throws IOException {
        FolderWatch watch = super.watch(folders);
        synchronized (watches) {
            watches.add(watch);
        }
        return new Watch(watch);
    }

    /** Waits as that of a {@link MemoryDisk} does, on the machine's clock: who waits is a thread of its own. */
    private final class Watch implements FolderWatch {
        private final FolderWatch watch;

        private Watch(FolderWatch watch) {
            this.watch = watch;
        }

        @Override
        public Changes await(Duration atMost) throws InterruptedException {
            requireAlive();
            Changes changes = watch.await(atMost);
            requireAlive();
            return changes;
        }

        @Override
        public void close() {
            synchronized (watches) {
                watches.remove(watch);
            }
            watch.close();
        }
    }

    /** The operating system gives back what it held. */
    void die() {
        dead = true;
        synchronized (locks) {
            for (HeldLock lock : locks) lock.lock.close();
            locks.clear();
        }
        synchronized (watches) {
            watches.forEach(FolderWatch::close);
            watches.clear();
        }
    }

    /** The files that it has locked, sorted. */
    Set<Path> locked() {
        Set<Path> all = new TreeSet<>();
        synchronized (locks) {
            for (HeldLock lock : locks) all.add(lock.file);
        }
        return all;
    }
}
