package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.DiskCall.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** {@link FaultyDisk}: each operation goes through {@link #run}, which knows all plans. */
final class BreakableDisk extends WatchedDisk implements FaultyDisk {
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

    @Override
    Disk below() {
        return disk;
    }

    @Override
    <T> T run(DiskCall call, Work<T> work) throws IOException {
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
        try {
            actAt(Moment.AFTER, plan);
        } catch (CrashException dead) {
            letGo(result);
            throw dead;
        }
        if (fault.isPresent()) throw fault.get().trouble.about(call.path());
        return result;
    }

    /** The dead hold no locks. */
    private static void letGo(Object result) {
        if (result instanceof Optional<?> taken && taken.orElse(null) instanceof DiskLock lock) lock.close();
    }

    /** Who survives goes on with the whole operation; only writing in place can be done one and a half times. */
    private static boolean mayBeTorn(DiskCall call, Plan plan) {
        return plan.deadly() ? hasBytes(call) : call.is(Operation.WRITE_AT);
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

    @Override
    void requireAlive() {
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
}
