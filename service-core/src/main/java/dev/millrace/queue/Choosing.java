package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one incarnation claims next: a task of a batch that is open here, or a name out of pending that may be begun now.
 *
 * <p>Which one it is is decided by one thread at a time. The name of a task that nothing limits is claimed outside of that:
 * a claim is some operations on the disk, and slots that waited for each other's would change threads for each task.
 */
final class Choosing {
    /** So many names of pending are tried before an open batch goes on. */
    private static final int TRIES_BEFORE_BATCH = 16;

    /** So many names that a limit held back are asked for again in one claim at most. */
    private static final int HELD_BACK_TRIES = 64;

    private final Path pending;
    private final Claiming claiming;
    private final Admission admission;
    private final Batches batches;
    private final News news;
    private final Claiming.PuttingAway away;
    private final PendingIndex index;
    private final BatchTurns turns;
    private final ReentrantLock choosing = new ReentrantLock();
    private int heldBackTries;

    /** The last claim went through all names; only then does it make sense to wait for what it held back. */
    private volatile boolean ranDry;

    /** What of a worker's queue choosing needs. */
    record Tools(Claiming claiming, Admission admission, Batches batches, News news, Claiming.PuttingAway away) {}

    Choosing(Path pending, QueueOptions options, QueuePorts ports, Tools tools) {
        this.pending = pending;
        this.claiming = tools.claiming();
        this.admission = tools.admission();
        this.batches = tools.batches();
        this.news = tools.news();
        this.away = tools.away();
        this.index = new PendingIndex(
                ports.disk(),
                ports.time(),
                pending,
                options,
                new StrangersPriorities(ports.disk(), pending, options.indexSize()));
        this.turns = new BatchTurns(ports.time());
    }

    /** Whether the last claim went through all names; asked once for each. */
    boolean takeRanDry() {
        boolean was = ranDry;
        ranDry = false;
        return was;
    }

    /** True while a slot may go on with the batch whose task it has run. */
    boolean mayGoOn() {
        return turns.mayGoOn();
    }

    /** Empty when nothing may be claimed now. */
    Optional<Claim> claim() throws IOException {
        Optional<Choice> choice = choose(true);
        while (choice.isPresent() && choice.get().name().isPresent()) {
            Optional<? extends Claim> claim = claim(choice.get().name().get());
            if (claim.isPresent()) return Optional.of(claim.get());
            choice = choose(false);
        }
        return choice.flatMap(Choice::claim);
    }

    /** A claim, or a name that may be claimed without the lock. */
    private record Choice(Optional<? extends Claim> taken, Optional<String> name) {
        private Optional<Claim> claim() {
            return taken.map(claim -> claim);
        }
    }

    /** Empty when there is nothing to claim now. */
    private Optional<Choice> choose(boolean first) throws IOException {
        choosing.lock();
        try {
            if (first) {
                ranDry = false;
                heldBackTries = 0;
                claiming.putBackStranded();
                batches.putBackStranded();
                admission.tellEndings();
                if (admission.hasNewPauses()) index.distrust();
                if (admission.isQueuePaused()) return Optional.empty();
                news.passOnTo(index);
            }
            Optional<Choice> before = turns.isOfPending(batches, index) ? beforeBatches() : Optional.empty();
            if (before.isPresent()) return before;
            Optional<Claim> begun = batches.next();
            return begun.isPresent() ? Optional.of(new Choice(begun, Optional.empty())) : fromIndex();
        } finally {
            choosing.unlock();
        }
    }

    /** Of other batches only a more urgent one is opened: the others run sooner where none is open. */
    private Optional<Choice> beforeBatches() throws IOException {
        List<String> batchesThatWait = new ArrayList<>();
        try {
            for (int i = 0; i < TRIES_BEFORE_BATCH; i++) {
                Optional<String> name = nextName();
                if (name.isEmpty()) return Optional.empty();
                boolean waits =
                        BatchName.isBatchFile(name.get()) && OpenBatch.priorityOf(name.get()) <= batches.priority();
                if (waits) batchesThatWait.add(name.get());
                Optional<Choice> choice = waits ? Optional.empty() : choice(name.get());
                if (choice.isPresent()) return choice;
            }
            return Optional.empty();
        } finally {
            batchesThatWait.forEach(index::offer);
        }
    }

    private Optional<Choice> fromIndex() throws IOException {
        for (Optional<String> name = nextName(); name.isPresent(); name = nextName()) {
            Optional<Choice> choice = choice(name.get());
            if (choice.isPresent()) return choice;
        }
        for (String pickle : index.takePickles()) claiming.refusePickle(pickle);
        ranDry = true;
        return Optional.empty();
    }

    /** Empty when it may not be claimed now, or was lost. */
    private Optional<Choice> choice(String name) throws IOException {
        if (isPlain(name)) return Optional.of(new Choice(Optional.empty(), Optional.of(name)));
        Optional<? extends Claim> claim = claim(name);
        if (claim.isPresent()) index.claimed(name);
        return claim.map(taken -> new Choice(claim, Optional.empty()));
    }

    /** True for a single task of ours that is for anybody, and of whose kind and key any number may run. */
    private boolean isPlain(String name) {
        return !BatchName.isBatchFile(name)
                && TaskOrder.of(name)
                        .map(TaskOrder::marks)
                        .filter(marks -> !marks.targeted() && !marks.keyed() && !admission.isLimited(marks.kindTag()))
                        .isPresent();
    }

    /** What was held back by a limit has waited longest; but what nothing limits must not wait behind many of those. */
    private Optional<String> nextName() throws IOException {
        if (heldBackTries++ < HELD_BACK_TRIES) {
            Optional<String> heldBack = admission.nextHeldBack();
            if (heldBack.isPresent()) return heldBack;
        }
        if (admission.mustListAgain()) index.distrust();
        return index.poll();
    }

    private Optional<? extends Claim> claim(String name) throws IOException {
        return BatchName.isBatchFile(name) ? claimBatch(name) : claiming.claim(name, admission, away);
    }

    private Optional<Claim> claimBatch(String name) throws IOException {
        Optional<TaskMarks> marks = TaskOrder.of(name).map(TaskOrder::marks);
        if (marks.filter(admission::refuses).isPresent()) return Optional.empty();
        Turn turn = admission.turnOf(BatchName.parse(name), pending.resolve(name));
        return admission.inTurn(name, turn, () -> batches.claim(name));
    }
}
