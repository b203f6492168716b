package dev.millrace.queue;

import dev.millrace.task.Outcome;
import java.io.IOException;

/** Ends tasks that wait, for somebody who is no worker, or not as the worker that he is. */
final class UniqueEnding implements UniqueIndex.Ending {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final Payloads payloads;

    UniqueEnding(QueueLayout layout, QueueOptions options, QueuePorts ports, Payloads payloads) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.payloads = payloads;
    }

    @Override
    public boolean endIfWaiting(TaskView view, Outcome outcome) throws IOException {
        Member member = Member.newLife(0, "submitter", ports.random());
        try (DirectoryWorkerQueue mine = new DirectoryWorkerQueue(layout, options, ports, member, payloads)) {
            return mine.withoutRun().endIfWaiting(view, outcome);
        }
    }
}
