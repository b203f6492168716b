package dev.millrace.cli;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Tells systemd how far the daemon is, when it asks for it. That takes a datagram to a Unix socket, which Java cannot
 * send, so systemd's own program does; the unit needs {@code NotifyAccess=all} for that.
 */
final class Systemd {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Systemd() {}

    static void ready(Shell shell, Processes processes, EventSink events) throws InterruptedException {
        tell(shell, processes, events, "READY=1");
    }

    static void stopping(Shell shell, Processes processes, EventSink events) throws InterruptedException {
        tell(shell, processes, events, "STOPPING=1");
    }

    private static void tell(Shell shell, Processes processes, EventSink events, String state)
            throws InterruptedException {
        if (shell.variable("NOTIFY_SOCKET", "").isEmpty()) return;
        long pid = processes.self().pid();
        try {
            Processes.Finished told = processes.run(List.of("systemd-notify", "--pid=" + pid, state), PATIENCE);
            if (told.exitCode() != 0) throw new IOException("systemd-notify says " + told.output());
        } catch (IOException e) {
            events.accept(new Event.Trouble("systemd was not told " + state, e));
        }
    }
}
