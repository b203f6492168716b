package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.event.Event;
import dev.millrace.task.ClaimName;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Ends claims: log, fence, bytes, terminal folder; or back to waiting. */
final class Settling {
    /** What is remembered of those who do not try again has a limit. */
    private static final int MOST_TRIED = 10_000;

    /** Ten thousand years. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(3_650_000);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Member member;
    private final OutcomeLog log;
    private final OutcomeBytes spelling;
    private final AttemptRecords attempts;
    private final AttemptHistory history;
    private final Publisher publisher;
    private final Namesakes namesakes;
    private final Rounds<Decided, OutcomeLog.Segment, Settlement> rounds = new Rounds<>(new Steps());
    private final Queue<Unpublished> unpublished = new ConcurrentLinkedQueue<>();
    private final Map<ClaimName, LogRecord> tried = new ConcurrentHashMap<>();

    private final DeniedFences<Decided> denied;

    Settling(QueueLayout layout, QueuePorts ports, Member member, OutcomeLog log) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.log = log;
        this.history = new AttemptHistory(member, ports.time());
        this.spelling = new OutcomeBytes(member, ports.time(), history);
        this.attempts = new AttemptRecords(ports.disk(), layout.attempts());
        this.publisher = new Publisher(layout, ports.disk());
        this.namesakes = new Namesakes(layout, ports.disk());
        this.denied = new DeniedFences<>(publisher, ports.disk(), this::endAgain);
    }

    /** A claim and its terminal outcome, ready to be logged. */
    private static final class Decided {
        private final FileClaim claim;
        private final LogRecord record;
        private final byte[] line;

        /** Whoever was told that it cannot be settled now may try again, and must come to the same. */
        private final boolean mayBeTriedAgain;

        private Decided(FileClaim claim, LogRecord record, boolean mayBeTriedAgain) {
            this.claim = claim;
            this.record = record;
            this.line = record.toLine();
            this.mayBeTriedAgain = mayBeTriedAgain;
        }
    }

    /** Fenced and logged, but not yet in its terminal folder, because the disk refused. */
    private record Unpublished(Decided decided, OutcomeLog.Segment segment) {}

    /** One force for the outcomes of all slots that wait; fence and publication one by one. */
    private final class Steps implements Rounds.Steps<Decided, OutcomeLog.Segment, Settlement> {
        /** Whoever replays a log reads a file whole. */
        private static final long ROUND_BYTES = 32 << 20;

        @Override
        public long weight(Decided decided) {
            return decided.line.length;
        }

        @Override
        public long mostWeight() {
            return ROUND_BYTES;
        }

        @Override
        public OutcomeLog.Segment together(List<Decided> round) throws IOException {
            boolean hasForeign = round.stream().anyMatch(decided -> !TaskOrder.isOurs(decided.record.stem()));
            return log.append(round.stream().map(decided -> decided.line).toList(), hasForeign);
        }

        @Override
        public Settlement each(Decided decided, OutcomeLog.Segment segment) throws IOException {
            FileClaim claim = decided.claim;
            boolean won = fence(decided, segment);
            if (!decided.mayBeTriedAgain || tried.size() > MOST_TRIED) tried.remove(claim.name());
            if (won) return publish(new Unpublished(decided, segment));
            log.published(segment);
            return endedByAnother(decided).orElseGet(() -> fenced(claim));
        }
    }

    /** When the disk refuses, the outcome is tried again, and logged again. */
    private boolean fence(Decided decided, OutcomeLog.Segment segment) throws IOException {
        try {
            return denied.fence(decided.claim.name(), decided);
        } catch (IOException e) {
            log.published(segment);
            throw e;
        }
    }

    /** What was noted since of another attempt is void. */
    private Settlement endAgain(Decided decided) throws IOException {
        attempts.remove(decided.claim.stem());
        return rounds.join(new Decided(decided.claim, decided.record, true));
    }

    Settlement settle(FileClaim claim, Outcome outcome) throws IOException {
        if (outcome instanceof Outcome.Retry retry) return retry(claim, retry);
        if (outcome instanceof Outcome.Snoozed snoozed) return snooze(claim, snoozed);
        if (outcome instanceof Outcome.HandedBack) return handBack(claim);
        LogRecord record = decided(claim, outcome, OutcomeBytes.stateOf(outcome).orElseThrow());
        return rounds.join(new Decided(claim, record, false));
    }

    /**
     * The first outcome that was tried for a claim is its outcome: when logging failed, the record may be on disk all the
     * same, and two different ones for one claim could not be told apart.
     */
    private LogRecord decided(FileClaim claim, Outcome outcome, TaskState state) throws IOException {
        LogRecord before = tried.get(claim.name());
        if (before != null) return before;
        LogRecord record = record(claim, outcome, state);
        tried.put(claim.name(), record);
        return record;
    }

    private LogRecord record(FileClaim claim, Outcome outcome, TaskState state) throws IOException {
        TaskName name = claim.name().task();
        List<JsonNode> earlier = name.returns() == 0 ? List.of() : attempts.of(name.stem());
        String bytes = spelling.of(claim, outcome, state, earlier);
        Optional<String> objection = OutcomeBytes.objectionTo(bytes);
        if (objection.isPresent())
            return record(claim, new Outcome.Failed("the outcome " + objection.get(), ""), TaskState.FAILED);
        Path target = TerminalNames.free(ports.disk(), layout.folder(state), name.terminalFileName(), ports.random());
        return new LogRecord(
                name.stem(),
                name.returns(),
                claim.name().claimNumber(),
                state,
                claim.closingBrace(),
                LogRecord.frontOf(claim.file().content(), claim.closingBrace()),
                String.valueOf(target.getFileName()),
                bytes);
    }

    /** From here on the outcome counts, whatever happens; what the disk refuses now is done later. */
    private Settlement publish(Unpublished fresh) {
        LogRecord record = fresh.decided().record;
        try {
            return new Settlement.Settled(record.state(), finish(fresh));
        } catch (IOException e) {
            Path target = layout.folder(record.state()).resolve(record.terminalName());
            unpublished.add(fresh);
            ports.events()
                    .accept(new Event.Trouble("cannot write the outcome of " + target + " now; it is tried again", e));
            return new Settlement.Settled(record.state(), target);
        }
    }

    private Path finish(Unpublished fenced) throws IOException {
        LogRecord record = fenced.decided().record;
        Path target = publisher.publish(fenced.decided().claim, record, record.bytes());
        fenced.decided().claim.file().close();
        log.published(fenced.segment());
        return target;
    }

    int finishUnpublished() throws IOException {
        if (unpublished.isEmpty() && denied.isEmpty()) return 0;
        List<Independent.Step> steps = new ArrayList<>(Collections.nCopies(unpublished.size(), this::finishNext));
        steps.add(denied::endAll);
        return Independent.take(steps);
    }

    private int finishNext() throws IOException {
        Unpublished fenced = unpublished.poll();
        if (fenced == null) return 0;
        finishOrKeep(fenced);
        return 1;
    }

    /** Taken out first, so that two who finish at once do not count one outcome twice. */
    private void finishOrKeep(Unpublished fenced) throws IOException {
        try {
            finish(fenced);
        } catch (IOException e) {
            unpublished.add(fenced);
            throw e;
        }
    }

    /** A steward that took us for dead may have read the outcome in our log and finished the task with it: then it counts. */
    private Optional<Settlement> endedByAnother(Decided decided) {
        try {
            Optional<Path> ended = namesakes.carriedOut(decided.record);
            if (ended.isPresent()) decided.claim.file().close();
            return ended.map(target -> new Settlement.Settled(decided.record.state(), target));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private Settlement fenced(FileClaim claim) {
        claim.file().close();
        ports.events().accept(new Event.Fenced(claim.stem(), member.incarnation()));
        return new Settlement.Fenced();
    }

    private Settlement handBack(FileClaim claim) throws IOException {
        TaskName again = publisher.free(TaskState.PENDING, claim.name().task().sameAttempt());
        return putBack(
                claim, TaskState.PENDING, layout.folder(TaskState.PENDING).resolve(again.fileName()));
    }

    private Settlement retry(FileClaim claim, Outcome.Retry retry) throws IOException {
        long due = dueAfter(retry.delay());
        attempts.add(claim.stem(), history.failed(claim, retry, due));
        return putOff(claim, claim.name().task().nextAttempt(), due);
    }

    private Settlement snooze(FileClaim claim, Outcome.Snoozed snoozed) throws IOException {
        long due = dueAfter(snoozed.delay());
        attempts.add(claim.stem(), history.snoozed(claim, snoozed, due));
        return putOff(claim, claim.name().task().sameAttempt(), due);
    }

    private Settlement putOff(FileClaim claim, TaskName next, long due) throws IOException {
        if (due == 0) {
            TaskName free = publisher.free(TaskState.PENDING, next);
            return putBack(
                    claim, TaskState.PENDING, layout.folder(TaskState.PENDING).resolve(free.fileName()));
        }
        return putBack(claim, TaskState.SCHEDULED, publisher.scheduled(next, due));
    }

    private long dueAfter(Duration delay) {
        return dueAfter(delay, ports.time());
    }

    /** Epoch milliseconds; 0 for at once. */
    static long dueAfter(Duration delay, Time time) {
        boolean now = delay.isZero() || delay.isNegative();
        return now ? 0 : time.millis() + bounded(delay).toMillis();
    }

    private static Duration bounded(Duration delay) {
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    private Settlement putBack(FileClaim claim, TaskState state, Path target) throws IOException {
        if (!publisher.move(publisher.running(claim.name()), target)) return endedOrFenced(claim);
        tried.remove(claim.name());
        claim.file().close();
        return new Settlement.PutBack(state, target);
    }

    private Settlement endedOrFenced(FileClaim claim) throws IOException {
        Optional<Settlement> ended = denied.end(claim.name());
        LogRecord before = tried.remove(claim.name());
        if (ended.isPresent()) return ended.get();
        Optional<Settlement> earlier = before == null ? Optional.empty() : endedBefore(claim, before);
        return earlier.orElseGet(() -> fenced(claim));
    }

    /** Ended meanwhile as it was to end at first; what was noted since of another attempt is void. */
    private Optional<Settlement> endedBefore(FileClaim claim, LogRecord record) throws IOException {
        Optional<Settlement> ended = endedByAnother(new Decided(claim, record, false));
        if (ended.isPresent()) attempts.remove(claim.stem());
        return ended;
    }
}
