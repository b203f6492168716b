package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.storage.FileFacts;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** {@link FaultyDisk}: each operation goes through {@link #run}, which knows all plans. */
final class BreakableDisk implements FaultyDisk {
    private final Disk disk;
    private final List<PlannedFault> faults = new CopyOnWriteArrayList<>();
    private final List<DiskCall> calls = new ArrayList<>();
    private final List<Plan> plans = new ArrayList<>();
    private int changes;
    private volatile boolean crashed;

    BreakableDisk(Disk disk) {
        this.disk = disk;
    }

    private record Plan(int at, Moment moment, boolean deadly, Runnable action) {}

    private static final class PlannedFault implements Fault {
        private final Predicate<DiskCall> which;
        private final Moment moment;
        private final DiskTrouble trouble;
        private final List<PlannedFault> among;
        private final boolean once;
        private final AtomicInteger strikes = new AtomicInteger();

        PlannedFault(
                Predicate<DiskCall> which, Moment moment, DiskTrouble trouble, List<PlannedFault> among, boolean once) {
            this.which = which;
            this.moment = moment;
            this.trouble = trouble;
            this.among = among;
            this.once = once;
        }

        boolean strikesAt(DiskCall call) {
            if (!which.test(call)) return false;
            return strikes.incrementAndGet() == 1 || !once;
        }

        @Override
        public int strikes() {
            return once ? Math.min(1, strikes.get()) : strikes.get();
        }

        @Override
        public void close() {
            among.remove(this);
        }
    }

    /** The operation itself; {@code half} says that only the first half of its bytes are to be written. */
    private interface Work<T> {
        T run(boolean half) throws IOException;
    }

    private static DiskCall call(Operation operation, Path path) {
        return new DiskCall(operation, path, Optional.empty());
    }

    private <T> T run(DiskCall call, Work<T> work) throws IOException {
        requireAlive();
        Optional<Plan> plan = count(call);
        Optional<PlannedFault> fault =
                faults.stream().filter(planned -> planned.strikesAt(call)).findFirst();
        actAt(Moment.BEFORE, plan);
        if (plan.isPresent() && plan.get().moment() == Moment.HALFWAY) {
            if (mayBeTorn(call, plan.get())) work.run(true);
            plan.get().action().run();
        }
        if (fault.isPresent() && fault.get().moment != Moment.AFTER) {
            if (fault.get().moment == Moment.HALFWAY && hasBytes(call)) work.run(true);
            throw fault.get().trouble.about(call.path());
        }
        T result = work.run(false);
        actAt(Moment.AFTER, plan);
        if (fault.isPresent()) throw fault.get().trouble.about(call.path());
        return result;
    }

    /** Who survives goes on with the whole operation; only writing in place can be done one and a half times. */
    private static boolean mayBeTorn(DiskCall call, Plan plan) {
        return plan.deadly() ? hasBytes(call) : call.is(Operation.WRITE_AT);
    }

    private static boolean hasBytes(DiskCall call) {
        return call.is(Operation.CREATE) || call.is(Operation.APPEND) || call.is(Operation.WRITE_AT);
    }

    private static void actAt(Moment moment, Optional<Plan> plan) {
        plan.filter(due -> due.moment() == moment).ifPresent(due -> due.action().run());
    }

    private synchronized Optional<Plan> count(DiskCall call) {
        calls.add(call);
        if (!call.operation().isChange()) return Optional.empty();
        changes++;
        Optional<Plan> due = plans.stream().filter(plan -> plan.at() == changes).findFirst();
        due.ifPresent(plans::remove);
        return due;
    }

    private void requireAlive() {
        if (crashed) throw new CrashException("this process is dead");
    }

    @Override
    public void crash(int nth, Moment moment) {
        plan(nth, moment, true, () -> {
            crashed = true;
            throw new CrashException("died " + moment + " change " + nth);
        });
    }

    @Override
    public void interpose(int nth, Moment moment, Runnable action) {
        plan(nth, moment, false, action);
    }

    private synchronized void plan(int nth, Moment moment, boolean deadly, Runnable action) {
        plans.add(new Plan(changes + nth, moment, deadly, action));
    }

    @Override
    public boolean isCrashed() {
        return crashed;
    }

    @Override
    public synchronized void restart() {
        plans.clear();
        crashed = false;
    }

    @Override
    public Fault fault(Predicate<DiskCall> which, Moment moment, DiskTrouble trouble) {
        return planned(new PlannedFault(which, moment, trouble, faults, false));
    }

    @Override
    public Fault faultOnce(Predicate<DiskCall> which, Moment moment, DiskTrouble trouble) {
        return planned(new PlannedFault(which, moment, trouble, faults, true));
    }

    private Fault planned(PlannedFault fault) {
        faults.add(fault);
        return fault;
    }

    @Override
    public synchronized List<DiskCall> calls() {
        return List.copyOf(calls);
    }

    @Override
    public synchronized long count(Operation operation) {
        return calls.stream().filter(call -> call.is(operation)).count();
    }

    @Override
    public synchronized int changes() {
        return (int) calls.stream().filter(call -> call.operation().isChange()).count();
    }

    @Override
    public synchronized void forget() {
        calls.clear();
    }

    private static byte[] part(byte[] bytes, boolean half) {
        return half ? Arrays.copyOf(bytes, bytes.length / 2) : bytes;
    }

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        run(call(Operation.LIST, folder), half -> {
            disk.forEachName(folder, visitor);
            return true;
        });
    }

    @Override
    public List<String> sortedNames(Path folder) throws IOException {
        return run(call(Operation.LIST, folder), half -> disk.sortedNames(folder));
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        return run(call(Operation.READ, file), half -> disk.read(file, limit));
    }

    @Override
    public HeldFile hold(Path file, int limit) throws IOException {
        return run(call(Operation.READ, file), half -> new BreakableHeldFile(file, disk.hold(file, limit)));
    }

    @Override
    public byte[] readEnd(Path file, int most) throws IOException {
        return run(call(Operation.READ, file), half -> disk.readEnd(file, most));
    }

    @Override
    public void truncate(Path file) throws IOException {
        run(call(Operation.TRUNCATE, file), half -> {
            disk.truncate(file);
            return true;
        });
    }

    @Override
    public void create(Path file, byte[] content, Durability durability) throws IOException {
        run(call(Operation.CREATE, file), half -> {
            disk.create(file, part(content, half), durability);
            return true;
        });
    }

    @Override
    public void writeAt(Path file, long position, byte[] bytes) throws IOException {
        run(call(Operation.WRITE_AT, file), half -> {
            disk.writeAt(file, position, part(bytes, half));
            return true;
        });
    }

    @Override
    public AppendFile append(Path file) throws IOException {
        return run(call(Operation.OPEN_APPEND, file), half -> new BreakableAppendFile(file, disk.append(file)));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        run(new DiskCall(Operation.RENAME, from, Optional.of(to)), half -> {
            disk.rename(from, to);
            return true;
        });
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return run(call(Operation.DELETE, file), half -> disk.delete(file));
    }

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        return run(call(Operation.FACTS, path), half -> disk.facts(path));
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        run(call(Operation.CREATE_FOLDERS, folder), half -> {
            disk.createFolders(folder);
            return true;
        });
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        run(call(Operation.FORCE_FOLDER, folder), half -> {
            disk.forceFolder(folder);
            return true;
        });
    }

    @Override
    public void forceFile(Path file) throws IOException {
        run(call(Operation.FORCE_FILE, file), half -> {
            disk.forceFile(file);
            return true;
        });
    }

    @Override
    public void forceFileSystem(Path anyPath) throws IOException {
        run(call(Operation.FORCE_FILE_SYSTEM, anyPath), half -> {
            disk.forceFileSystem(anyPath);
            return true;
        });
    }

    @Override
    public void touch(Path file, Instant modified) throws IOException {
        run(call(Operation.TOUCH, file), half -> {
            disk.touch(file, modified);
            return true;
        });
    }

    @Override
    public Optional<DiskLock> tryLock(Path file) throws IOException {
        return run(call(Operation.LOCK, file), half -> disk.tryLock(file));
    }

    @Override
    public FolderWatch watch(List<Path> folders) throws IOException {
        return run(call(Operation.WATCH, folders.get(0)), half -> disk.watch(folders));
    }

    @Override
    public boolean isWritableByOthers(Path path) throws IOException {
        return run(call(Operation.FACTS, path), half -> disk.isWritableByOthers(path));
    }

    @Override
    public long usableSpace(Path anyPath) throws IOException {
        return run(call(Operation.SPACE, anyPath), half -> disk.usableSpace(anyPath));
    }

    private final class BreakableHeldFile implements HeldFile {
        private final Path file;
        private final HeldFile held;

        BreakableHeldFile(Path file, HeldFile held) {
            this.file = file;
            this.held = held;
        }

        @Override
        public byte[] content() {
            return held.content();
        }

        @Override
        public void writeAt(long position, byte[] bytes) throws IOException {
            run(call(Operation.WRITE_AT, file), half -> {
                held.writeAt(position, part(bytes, half));
                return true;
            });
        }

        /** Closing gives back what the dead process held, as the operating system does. */
        @Override
        public void close() {
            held.close();
        }
    }

    private final class BreakableAppendFile implements AppendFile {
        private final Path file;
        private final AppendFile out;

        BreakableAppendFile(Path file, AppendFile out) {
            this.file = file;
            this.out = out;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            run(call(Operation.APPEND, file), half -> {
                out.append(part(bytes, half));
                return true;
            });
        }

        @Override
        public void force() throws IOException {
            run(call(Operation.FORCE_APPENDED, file), half -> {
                out.force();
                return true;
            });
        }

        @Override
        public long size() throws IOException {
            requireAlive();
            return out.size();
        }

        /** Closing gives back what the dead process held, as the operating system does. */
        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
