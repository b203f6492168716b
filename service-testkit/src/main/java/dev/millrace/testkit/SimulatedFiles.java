package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** {@link SimulatedDisk}: the files, who uses them, and what is to happen to whom. */
final class SimulatedFiles extends WatchedDisk implements SimulatedDisk {
    private final Time time;
    private final Map<String, ProcessDisk> processes = new TreeMap<>();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final List<Planned> faults = new CopyOnWriteArrayList<>();
    /** For the names of drafts: the same in each run, and never one that a copy already has. */
    private final AtomicLong drafts = new AtomicLong();

    private volatile RememberedFiles files;

    SimulatedFiles(Time time, RememberedFiles files, long drafts) {
        this.time = time;
        this.files = files;
        this.drafts.set(drafts);
    }

    // ------------------------------------------------------------------ processes

    @Override
    public synchronized Disk as(String process) {
        return processes.computeIfAbsent(process, name -> new ProcessDisk(name, files, this));
    }

    @Override
    public synchronized void kill(String process) {
        ProcessDisk killed = processes.remove(process);
        if (killed != null) killed.die();
    }

    @Override
    public synchronized void powerCut(RandomGenerator random) {
        processes.values().forEach(ProcessDisk::die);
        processes.clear();
        RememberedFiles before = files;
        synchronized (before) {
            PowerCut cut = new PowerCut(before);
            files = cut.after(cut.random(random));
        }
    }

    @Override
    public Survivors survivors(int most) {
        if (most < 2) throw new IllegalArgumentException("most is " + most + "; ask for at least 2 outcomes");
        RememberedFiles now = files;
        synchronized (now) {
            PowerCut cut = new PowerCut(now);
            PowerCuts all = new PowerCuts(cut, new ArrayList<>(now.account().pending()), most);
            List<SimulatedDisk> disks = new ArrayList<>();
            for (PowerCut.Choice choice : all.choices())
                disks.add(new SimulatedFiles(time, cut.after(choice), drafts.get()));
            return new Survivors(disks, !all.isIncomplete());
        }
    }

    @Override
    public SimulatedDisk copy() {
        return new SimulatedFiles(time, files.copy(), drafts.get());
    }

    // ------------------------------------------------------------------ observers and faults

    @Override
    public Watch observe(Observer observer) {
        observers.add(observer);
        return () -> observers.remove(observer);
    }

    void tell(String process, DiskCall call) throws IOException {
        for (Observer observer : observers) observer.before(process, call);
    }

    private static final class Planned implements FaultyDisk.Fault {
        private final DiskFault fault;
        private final List<Planned> among;
        private final AtomicInteger met = new AtomicInteger();
        private final AtomicInteger strikes = new AtomicInteger();

        private Planned(DiskFault fault, List<Planned> among) {
            this.fault = fault;
            this.among = among;
        }

        boolean strikesAt(String process, DiskCall call) {
            if (!fault.concerns(process, call) || !fault.strikes().test(met.incrementAndGet())) return false;
            strikes.incrementAndGet();
            return true;
        }

        @Override
        public int strikes() {
            return strikes.get();
        }

        @Override
        public void close() {
            among.remove(this);
        }
    }

    @Override
    public FaultyDisk.Fault fail(DiskFault fault) {
        Planned planned = new Planned(fault, faults);
        faults.add(planned);
        return planned;
    }

    Optional<DiskFault> faultFor(String process, DiskCall call) {
        for (Planned planned : faults) if (planned.strikesAt(process, call)) return Optional.of(planned.fault);
        return Optional.empty();
    }

    void sleep(Duration length) throws IOException {
        try {
            time.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FileSystemException("interrupted in a slow operation");
        }
    }

    // ------------------------------------------------------------------ looking

    @Override
    public synchronized long stateHash() {
        long locks = 0;
        for (Map.Entry<String, ProcessDisk> each : processes.entrySet())
            for (Path file : each.getValue().locked()) locks += Hashes.chain(Hashes.of(each.getKey()), Hashes.of(file));
        RememberedFiles now = files;
        synchronized (now) {
            return now.account().hash() + Hashes.mix(locks);
        }
    }

    @Override
    public synchronized String describe() {
        StringBuilder text = new StringBuilder();
        RememberedFiles now = files;
        synchronized (now) {
            text.append(now.account().describe());
        }
        processes.forEach((name, process) -> process.locked()
                .forEach(file -> text.append("locked by ")
                        .append(name)
                        .append(": ")
                        .append(file)
                        .append('\n')));
        return text.toString();
    }

    // ------------------------------------------------------------------ the test's own eye and hand

    @Override
    Disk below() {
        return files;
    }

    @Override
    <T> T run(DiskCall call, Work<T> work) throws IOException {
        return work.run(false);
    }

    @Override
    void requireAlive() {}

    @Override
    public Path draftOf(Path file) {
        return file.resolveSibling(".draft-" + drafts.incrementAndGet() + "-" + file.getFileName());
    }
}
