package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.storage.FileTooLargeException;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns a pending name into a claim, or finds out why not.
 *
 * <p>Files that name a worker are read before they are claimed, so that nobody takes what is for another; all others are
 * claimed first, because the name says that they are for anyone. A file that cannot be read for a passing reason (too
 * many open files, an I/O error) is put back and left alone for a while; one that will never be readable is quarantined.
 */
final class Claiming {
    private static final long LEAVE_ALONE_NANOS = 5_000_000_000L;
    private static final int TROUBLED_LIMIT = 1_000;

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Member member;
    private final Targets targets;
    private final LaidAside laidAside;
    private final Quarantine quarantine;
    private final Publisher publisher;
    private final AttemptRecords attempts;
    private final Map<String, Long> troubledUntil = new ConcurrentHashMap<>();
    private final Queue<ClaimName> stranded = new ConcurrentLinkedQueue<>();
    private final AtomicLong nextClaim = new AtomicLong();
    private final DecidedElsewhere decided;

    Claiming(QueueLayout layout, QueuePorts ports, Member member, Targets targets, LaidAside laidAside) {
        this.layout = layout;
        this.ports = ports;
        this.member = member;
        this.targets = targets;
        this.laidAside = laidAside;
        this.quarantine = new Quarantine(layout, ports);
        this.publisher = new Publisher(layout, ports.disk());
        this.attempts = new AttemptRecords(ports.disk(), layout.attempts());
        this.decided = new DecidedElsewhere(layout, ports);
    }

    /** Puts away what was claimed and is not to be run now; false when it is. */
    interface PuttingAway {
        boolean putAway(FileClaim claim) throws IOException;
    }

    /** What is put away costs its kind no turn. */
    Optional<FileClaim> claim(String fileName, Admission admission, PuttingAway away) throws IOException {
        if (isTroubled(fileName) || targets.isKnownForeign(fileName)) return Optional.empty();
        Path pending = layout.folder(TaskState.PENDING).resolve(fileName);
        if (fileName.getBytes(StandardCharsets.UTF_8).length > TaskName.MAX_LENGTH + 20)
            return refuseLongName(pending, fileName);
        TaskName name = TaskName.parse(fileName);
        if (decided.isDecided(pending, name)) return Optional.empty();
        Optional<TaskMarks> marks = TaskOrder.of(name.stem()).map(TaskOrder::marks);
        if (marks.filter(admission::refuses).isPresent() || admission.holdsJobOf(name.stem())) return Optional.empty();
        Optional<Turn> turn = marks.filter(known -> !known.targeted() && !known.keyed())
                .map(Turn::of)
                .or(() -> turnOf(pending, fileName, admission));
        return turn.isEmpty()
                ? Optional.empty()
                : admission.inTurn(fileName, turn.get(), () -> toRun(pending, name, away));
    }

    private Optional<FileClaim> toRun(Path pending, TaskName name, PuttingAway away) throws IOException {
        Optional<FileClaim> claim = take(pending, name);
        return claim.isPresent() && away.putAway(claim.get()) ? Optional.empty() : claim;
    }

    /**
     * What limits look at; empty when the file is not for this worker now. Bad files are dealt with after the claim; they
     * count as ours here. What cannot be read now is nobody's now.
     */
    private Optional<Turn> turnOf(Path pending, String fileName, Admission admission) {
        try {
            TaskDocument document = TaskDocument.parse(ports.disk().read(pending, TaskDocument.MAX_BYTES));
            if (admission.refuses(document)) return Optional.empty();
            Targets.Target target = Targets.Target.of(document);
            if (targets.mayRun(target))
                return laidAside.isLaidAside(pending, TaskName.parse(fileName), document)
                        ? Optional.empty()
                        : Optional.of(Turn.of(document));
            targets.remember(fileName, target);
            return Optional.empty();
        } catch (NoSuchFileException lost) {
            return Optional.empty();
        } catch (CorruptTaskException
                | NotARegularFileException
                | FileTooLargeException
                | AccessDeniedException dealtWithLater) {
            return Optional.of(Turn.UNLIMITED);
        } catch (IOException passing) {
            leaveAlone(fileName);
            ports.events().accept(new Event.Trouble("cannot read " + pending + " now; it is tried again", passing));
            return Optional.empty();
        }
    }

    /**
     * Claims a file that waits anywhere, as a task of this name; empty when it was lost, or when it waits only because a
     * power cut has undone its end.
     */
    Optional<FileClaim> take(Path pending, TaskName name) throws IOException {
        if (decided.isDecided(pending, name)) return Optional.empty();
        ClaimName claimName =
                new ClaimName(name, ClaimName.Stage.CLAIM, member.incarnation(), nextClaim.getAndIncrement());
        Path running = publisher.running(claimName);
        boolean over = false;
        try {
            Optional<FileClaim> claim = publisher.move(pending, running) ? open(running, claimName) : Optional.empty();
            over = true;
            return claim;
        } finally {
            if (!over) stranded.add(claimName);
        }
    }

    private Optional<FileClaim> open(Path running, ClaimName claimName) throws IOException {
        TaskName name = claimName.task();
        try {
            return Optional.of(opened(ports.disk().hold(running, TaskDocument.MAX_BYTES), claimName));
        } catch (NoSuchFileException rescuedAtOnce) {
            return Optional.empty();
        } catch (CorruptTaskException e) {
            return refuse(running, name, e.reason());
        } catch (NotARegularFileException | FileTooLargeException | AccessDeniedException e) {
            return refuse(running, name, reasonOf(e));
        } catch (IOException passing) {
            putBack(running, name, passing);
            return Optional.empty();
        }
    }

    private FileClaim opened(HeldFile file, ClaimName name) throws CorruptTaskException {
        try {
            TaskDocument document = TaskDocument.parse(file.content());
            long brace = lastBrace(file.content());
            return new FileClaim(
                    name, document, brace, ports.time().instant(), ports.time().nanos(), file);
        } catch (CorruptTaskException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static String reasonOf(java.nio.file.FileSystemException e) {
        if (e instanceof AccessDeniedException)
            return "may not be read and written by this user; give the worker's user access and move it to pending again";
        return e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason();
    }

    private static long lastBrace(byte[] content) {
        int at = content.length - 1;
        while (content[at] != '}') at--;
        return at;
    }

    private Optional<FileClaim> refuseLongName(Path pending, String fileName) throws IOException {
        quarantine.put(pending, fileName, "has a name longer than " + TaskName.MAX_LENGTH + " bytes");
        return Optional.empty();
    }

    private Optional<FileClaim> refuse(Path running, TaskName name, String reason) throws IOException {
        quarantine.put(running, name.terminalFileName(), reason);
        if (name.returns() > 0) attempts.remove(name.stem());
        return Optional.empty();
    }

    private void putBack(Path running, TaskName name, IOException cause) throws IOException {
        putBack(running, name);
        ports.events().accept(new Event.Trouble("cannot read " + running + " now; it was put back", cause));
    }

    private void putBack(Path running, TaskName name) throws IOException {
        String again = publisher.free(TaskState.PENDING, name.sameAttempt()).fileName();
        leaveAlone(again);
        publisher.move(running, layout.folder(TaskState.PENDING).resolve(again));
    }

    /** Puts back what cannot be decided upon now; it is left alone for a while. */
    void putBackForNow(FileClaim claim) throws IOException {
        claim.file().close();
        putBack(publisher.running(claim.name()), claim.name().task());
    }

    private void leaveAlone(String fileName) {
        if (troubledUntil.size() >= TROUBLED_LIMIT) troubledUntil.clear();
        troubledUntil.put(fileName, ports.time().nanos() + LEAVE_ALONE_NANOS);
    }

    /** What is done with a claim before anybody runs it. */
    interface Handling<T> {
        T handle() throws IOException;
    }

    /** Does something with a claim that nobody runs yet; when the disk refuses that, the task goes back to pending. */
    <T> T orPutBack(FileClaim claim, Handling<T> handling) throws IOException {
        boolean over = false;
        try {
            T handled = handling.handle();
            over = true;
            return handled;
        } finally {
            if (!over) strand(claim);
        }
    }

    private void strand(FileClaim claim) {
        claim.file().close();
        stranded.add(claim.name());
    }

    /**
     * Puts back what was claimed and could then neither be run, nor put back, nor quarantined, because the disk refused:
     * nobody else would, while this worker lives.
     */
    void putBackStranded() throws IOException {
        for (ClaimName claim = stranded.peek(); claim != null; claim = stranded.peek()) {
            putBack(publisher.running(claim), claim.task());
            stranded.remove(claim);
        }
    }

    private boolean isTroubled(String fileName) {
        Long until = troubledUntil.get(fileName);
        if (until == null) return false;
        if (ports.time().nanos() - until < 0) return true;
        troubledUntil.remove(fileName);
        return false;
    }

    /** AGILAB's pickled tasks are moved away unread. */
    void refusePickle(String fileName) throws IOException {
        quarantine.put(
                layout.folder(TaskState.PENDING).resolve(fileName),
                fileName,
                "is a pickled task of an old version, which could run anything when opened; submit it as JSON");
    }

    /** Takes over another incarnation's claim; empty when it was gone. Bad documents are quarantined. */
    Optional<FileClaim> takeOver(ClaimName theirs) throws IOException {
        return take(publisher.running(theirs), theirs.task().sameAttempt());
    }
}
