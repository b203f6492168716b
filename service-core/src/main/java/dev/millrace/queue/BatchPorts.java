package dev.millrace.queue;

import dev.millrace.event.EventSink;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.HeldFile;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchClaimName;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import dev.millrace.task.TaskState;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the batches of one incarnation share.
 *
 * @param layout where things lie
 * @param ports the world
 * @param member who we are
 * @param options durability and the number of deaths that a task may cause
 * @param publisher renames
 * @param pauses what is not to be begun
 * @param admission what may be begun
 * @param cancels what is to be called off
 * @param ended the stems of batches that were published, whose logs can be dropped after a sync
 */
record BatchPorts(
        QueueLayout layout,
        QueuePorts ports,
        Member member,
        QueueOptions options,
        Publisher publisher,
        PauseFile pauses,
        Admission admission,
        CancelRequests cancels,
        Queue<String> ended) {
    static BatchPorts of(
            QueueLayout layout,
            QueuePorts ports,
            Member member,
            QueueOptions options,
            PauseFile pauses,
            Admission admission,
            CancelRequests cancels) {
        Publisher publisher = new Publisher(layout, ports.disk());
        return new BatchPorts(
                layout, ports, member, options, publisher, pauses, admission, cancels, new ConcurrentLinkedQueue<>());
    }

    Disk disk() {
        return ports.disk();
    }

    Time time() {
        return ports.time();
    }

    EventSink events() {
        return ports.events();
    }

    Durability durability() {
        return options.durability();
    }

    PartOutcomes spelling() {
        return new PartOutcomes(member, ports.time(), new AttemptHistory(member, ports.time()));
    }

    Path running(BatchClaimName claim) {
        return layout.folder(TaskState.RUNNING).resolve(claim.fileName());
    }

    /** Where a batch that has ended goes; as with {@link TerminalNames}, strangers' are told apart when they use one again. */
    Path terminal(BatchName batch) throws IOException {
        Path folder = layout.folder(batch.terminalState());
        Path usual = folder.resolve(batch.terminalFileName());
        if (TaskOrder.isOurs(batch.stem()) || !disk().exists(usual)) return usual;
        String apart = String.format(".again-%08x", ports.random().nextInt());
        int others = batch.terminalFileName().length() - batch.stem().length();
        String stem = TerminalNames.cut(batch.stem(), TerminalNames.LONGEST - others - apart.length());
        return folder.resolve(batch.withStem(stem + apart).terminalFileName());
    }

    void finished(String stem) {
        ended.add(stem);
    }

    /**
     * Writes the outcomes behind the tasks, and blanks over whatever others that do not count have left behind them.
     *
     * @param end where the tasks end
     * @param whole false when the last task's line lacks its end
     */
    void writeOutcomes(HeldFile file, int end, boolean whole, String outcomes) throws IOException {
        byte[] lines = outcomes.getBytes(StandardCharsets.US_ASCII);
        String text = (whole ? "" : "\n") + BatchLines.OUTCOMES + "\n" + outcomes + BatchLines.seal(lines);
        byte[] section = text.getBytes(StandardCharsets.US_ASCII);
        long from = whole ? end : end - 1L;
        int before = section.length;
        int longer = (int) Math.max(0, file.content().length - from - before);
        byte[] covering = Arrays.copyOf(section, before + longer);
        Arrays.fill(covering, before, covering.length, (byte) ' ');
        file.writeAt(from, covering);
    }
}
