package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.Event;
import dev.millrace.json.Json;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes up what dead incarnations left in running/, and replays their logs.
 *
 * <p>Being wrong about a death costs a second run and nothing else: the rename that puts a task back gives it a new name,
 * and the owner's fence then finds its claim gone.
 */
final class Rescue {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final Member member;
    private final Claiming claiming;
    private final Settling settling;
    private final Publisher publisher;
    private final AttemptRecords attempts;
    private final ForeignClaims foreign;
    private final Namesakes namesakes;
    private final UnreadableLogs unreadable;

    Rescue(
            QueueLayout layout,
            QueueOptions options,
            QueuePorts ports,
            Member member,
            Claiming claiming,
            Settling settling) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.member = member;
        this.claiming = claiming;
        this.settling = settling;
        this.publisher = new Publisher(layout, ports.disk());
        this.attempts = new AttemptRecords(ports.disk(), layout.attempts());
        this.foreign = new ForeignClaims(layout, ports);
        this.namesakes = new Namesakes(layout, ports.disk());
        this.unreadable = new UnreadableLogs(ports);
    }

    int step(Predicate<String> isDead) throws IOException {
        Predicate<String> isDeadOther = judgedOnce(isDead);
        List<ClaimName> left = leftBehind(isDeadOther);
        DeadLogs logs = DeadLogs.collect(ports.disk(), layout.outcomes(), isDeadOther, unreadable);
        int rescued = 0;
        for (ClaimName claim : left) rescued += rescueOrReport(claim, logs);
        return rescued + new LogReplay(layout, ports.disk(), options.durability()).replay(logs);
    }

    /** One judgement for the whole round: whoever comes back to life in the middle of it must be treated alike. */
    private Predicate<String> judgedOnce(Predicate<String> isDead) {
        Map<String, Boolean> judged = new HashMap<>();
        return incarnation ->
                !incarnation.equals(member.incarnation()) && judged.computeIfAbsent(incarnation, isDead::test);
    }

    private List<ClaimName> leftBehind(Predicate<String> isDead) throws IOException {
        List<ClaimName> left = new ArrayList<>();
        List<String> strays = new ArrayList<>();
        ports.disk().forEachName(layout.folder(TaskState.RUNNING), name -> {
            Optional<ClaimName> claim = ClaimName.parse(name);
            if (claim.isEmpty() && TaskName.isTaskFile(name)) strays.add(name);
            claim.filter(found -> found.isForeign() || isDead.test(found.incarnation()))
                    .ifPresent(left::add);
        });
        for (String stray : strays) putStrayBack(stray);
        return withoutLivingForeign(left, isDead);
    }

    private boolean isLeftBehind(ClaimName claim, Predicate<String> isDead) {
        try {
            return foreign.isLeftBehind(claim, isDead);
        } catch (IOException e) {
            report(claim, e);
            return false;
        }
    }

    private List<ClaimName> withoutLivingForeign(List<ClaimName> claims, Predicate<String> isDead) {
        List<ClaimName> left = new ArrayList<>();
        for (ClaimName claim : claims) if (!claim.isForeign() || isLeftBehind(claim, isDead)) left.add(claim);
        foreign.keepOnly(claims.stream().map(ClaimName::fileName).toList());
        return left;
    }

    /** Somebody moved it there by hand; nobody owns it. */
    private void putStrayBack(String name) throws IOException {
        Path pending = layout.folder(TaskState.PENDING).resolve(name);
        if (!ports.disk().exists(pending))
            publisher.move(layout.folder(TaskState.RUNNING).resolve(name), pending);
    }

    /** One file that the disk refuses does not keep the others from being rescued. */
    private int rescueOrReport(ClaimName claim, DeadLogs logs) {
        try {
            return rescue(claim, logs);
        } catch (IOException e) {
            report(claim, e);
            return 0;
        }
    }

    private void report(ClaimName claim, IOException e) {
        String what = "cannot rescue " + publisher.running(claim) + " now; it is tried again";
        ports.events().accept(new Event.Trouble(what, e));
    }

    private int rescue(ClaimName claim, DeadLogs logs) throws IOException {
        if (logs.isUnread(claim.incarnation())) return 0;
        Optional<DeadLogs.Valid> valid = namesakes.recordOf(
                publisher.running(claim), claim.task(), logs.of(claim.task().stem()));
        if (valid.isPresent()) return finishFromLog(claim, valid.get());
        if (claim.isForeign() && foreign.isFinished(claim))
            return ports.disk().delete(publisher.running(claim)) ? 1 : 0;
        return putBackOrFail(claim);
    }

    private int finishFromLog(ClaimName claim, DeadLogs.Valid valid) throws IOException {
        if (claim.stage() == ClaimName.Stage.CLAIM && !publisher.fence(claim)) return 0;
        Path target = publisher.restore(claim, valid.record());
        return rescued(claim, String.valueOf(target.getFileName()));
    }

    private int putBackOrFail(ClaimName claim) throws IOException {
        if (claim.task().attempt() >= mostAttempts(claim)) return fail(claim);
        attempts.add(claim.task().stem(), attemptJson(claim));
        TaskName next = publisher.free(TaskState.PENDING, claim.task().nextAttempt());
        Path target = layout.folder(TaskState.PENDING).resolve(next.fileName());
        return publisher.move(publisher.running(claim), target) ? rescued(claim, "pending") : 0;
    }

    private int mostAttempts(ClaimName claim) throws IOException {
        try {
            byte[] content = ports.disk().read(publisher.running(claim), TaskDocument.MAX_BYTES);
            return options.mostAttempts(TaskDocument.parse(content));
        } catch (CorruptTaskException
                | NoSuchFileException
                | NotARegularFileException
                | FileTooLargeException
                | AccessDeniedException foundOutByTheNextClaim) {
            return Integer.MAX_VALUE;
        }
    }

    private ObjectNode attemptJson(ClaimName claim) {
        return new AttemptHistory(member, ports.time())
                .died(claim.task().attempt())
                .put("incarnation", claim.incarnation());
    }

    /** Claimed by the steward itself, then settled like any other. */
    private int fail(ClaimName theirs) throws IOException {
        Optional<FileClaim> mine = claiming.takeOver(theirs);
        if (mine.isEmpty()) return 0;
        boolean allDied = AttemptHistory.isAllDeaths(attempts.of(theirs.task().stem()));
        ObjectNode details = Json.object();
        ObjectNode recovery = details.putObject("recovery");
        recovery.put("reason", "expired-worker-heartbeat");
        recovery.putNull("heartbeat_age_sec");
        String error = givenUp(theirs.task().attempt(), allDied);
        Outcome outcome = new Outcome.Failed(error, "", Optional.of(details));
        claiming.orPutBack(mine.get(), () -> settling.settle(mine.get(), outcome));
        return rescued(theirs, "failed");
    }

    static String givenUp(int attempts, boolean allDied) {
        String what = allDied
                ? "each of " + attempts + " workers that ran it died or fell silent"
                : "in the last of " + attempts + " attempts its worker died or fell silent";
        return "given up: " + what + "; find out whether the task kills its worker (memory, native code), or raise"
                + " max_attempts";
    }

    private int rescued(ClaimName claim, String to) {
        ports.events().accept(new Event.Rescued(claim.task().stem(), claim.incarnation(), to));
        return 1;
    }
}
