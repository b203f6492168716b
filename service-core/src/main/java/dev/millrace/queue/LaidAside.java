package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.task.TaskDocument;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays aside what somebody dropped into pending/ although it waits for other tasks or is not due yet. The steward lets it
 * go on, and the count of returns in its name says then that it has waited.
 */
final class LaidAside {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final Publisher publisher;
    private final Quarantine quarantine;
    private final DependencyFinder finder;
    private final WaitFiles files;

    LaidAside(QueueLayout layout, QueueOptions options, QueuePorts ports) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.publisher = new Publisher(layout, ports.disk());
        this.quarantine = new Quarantine(layout, ports);
        this.finder = new DependencyFinder(layout, ports);
        this.files = new WaitFiles(ports.disk(), layout.waits());
    }

    /** True when a file that lies in pending is not to be claimed now: it was moved away. */
    boolean isLaidAside(Path pending, TaskName name, TaskDocument document) throws IOException {
        if (!waitsForOthers(name, document)) return isPutOff(pending, name, document);
        if (isResolved(pending, name, document.body())) move(pending, name);
        return true;
    }

    /** True when a task that was claimed must wait, and was put where it does. */
    boolean isLaidAside(FileClaim claim) throws IOException {
        TaskName name = claim.name().task();
        Path running = publisher.running(claim.name());
        if (!waitsForOthers(name, claim.document())) {
            boolean putOff = isPutOff(running, name, claim.document());
            if (putOff) claim.file().close();
            return putOff;
        }
        if (isResolved(running, name, claim.document().body())) putBack(claim);
        else claim.file().close();
        return true;
    }

    /** One that we submitted and that lies in pending before its time was put there by somebody who wants it now. */
    private boolean isPutOff(Path file, TaskName name, TaskDocument document) throws IOException {
        if (name.returns() > 0 || TaskOrder.isOurs(name.stem())) return false;
        long due = DueTime.millisIn(document.body());
        if (due <= ports.time().millis()) return false;
        publisher.move(file, publisher.scheduled(name.sameAttempt(), due));
        return true;
    }

    /** From running to scheduled; false when the claim was lost. */
    boolean putOff(FileClaim claim, Instant until) throws IOException {
        TaskName name = claim.name().task().sameAttempt();
        Path scheduled = publisher.scheduled(name, until.toEpochMilli());
        boolean moved = publisher.move(publisher.running(claim.name()), scheduled);
        claim.file().close();
        return moved;
    }

    /** From running to blocked. */
    void putBack(FileClaim claim) throws IOException {
        move(publisher.running(claim.name()), claim.name().task().sameAttempt());
        claim.file().close();
    }

    private static boolean waitsForOthers(TaskName name, TaskDocument document) {
        return name.returns() == 0
                && !DependencyPlan.namesIn(document.value("depends_on")).isEmpty();
    }

    private void move(Path file, TaskName name) throws IOException {
        TaskName free = publisher.free(TaskState.BLOCKED, name);
        publisher.move(file, layout.folder(TaskState.BLOCKED).resolve(free.fileName()));
    }

    /** False when the file names a task that is nowhere: then it lies in failed/, with the reason beside it. */
    private boolean isResolved(Path file, TaskName name, ObjectNode body) throws IOException {
        if (body.hasNonNull(Drafts.WAITS_FOR)) return true;
        Set<String> names = DependencyPlan.namesIn(body.path("depends_on"));
        Map<String, String> stems = finder.stems(names);
        List<String> missing = DependencyFinder.missing(names, stems);
        if (missing.isEmpty()) {
            List<Awaited> awaited =
                    names.stream().map(stems::get).map(Awaited::task).toList();
            files.write(name.stem(), WaitFiles.NAMED, awaited, options.durability());
            return true;
        }
        quarantine.put(
                file,
                name.terminalFileName(),
                "depends on '" + missing.get(0) + "', which is the id of no task in this queue; submit that one first,"
                        + " then this one again; " + TaskView.DROPPED_FILES);
        return false;
    }
}
