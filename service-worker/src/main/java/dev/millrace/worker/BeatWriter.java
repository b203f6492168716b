package dev.millrace.worker;

import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.WorkerName;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueuePorts;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes one worker's heartbeats. Their number does not grow with the number of tasks. */
final class BeatWriter {
    private final QueuePorts ports;
    private final Member member;
    private final ProcessIdentity process;
    private final WorkerLoop loop;
    private final int slots;
    private final double startedAt;
    private final Supplier<Measured> measured;
    private final String predecessor;
    private final Path file;
    private byte[] written = {};
    private long sequence;

    BeatWriter(
            QueuePorts ports,
            Path folder,
            Member member,
            ProcessIdentity process,
            WorkerLoop loop,
            int slots,
            Supplier<Measured> measured) {
        this.ports = ports;
        this.file = folder.resolve(WorkerName.heartbeatFile(member.workerId(), member.worker()));
        this.member = member;
        this.process = process;
        this.loop = loop;
        this.slots = slots;
        this.measured = measured;
        this.startedAt = ports.time().epochSeconds();
        this.predecessor = incarnationOnDisk();
    }

    /** One beat that tells what the worker does now. */
    synchronized void beat() throws IOException {
        write(stateOf(loop));
    }

    /** The last beat. */
    synchronized void end(Heartbeat.State last) throws IOException {
        write(last);
    }

    private static Heartbeat.State stateOf(WorkerLoop loop) {
        return switch (loop.phase()) {
            case PARKED, DRAINING -> Heartbeat.State.DRAINING;
            case STOPPED -> Heartbeat.State.STOPPED;
            case STARTING, RUNNING -> loop.busy() > 0 ? Heartbeat.State.PROCESSING : Heartbeat.State.RUNNING;
        };
    }

    /** What goes into a beat beside the loop's own state. */
    record Measured(Optional<Heartbeat.Load> load, Optional<Heartbeat.Recent> recent) {}

    private void write(Heartbeat.State state) throws IOException {
        Measured now = measured.get();
        Heartbeat beat = new Heartbeat(
                member.workerId(),
                member.worker(),
                process,
                member.incarnation(),
                ports.time().epochSeconds(),
                state,
                ++sequence,
                startedAt,
                slots,
                loop.current(),
                now.load(),
                now.recent());
        byte[] bytes = Json.bytes(beat.toJson());
        // Not forced: after a power cut nobody is alive anyway.
        ports.disk().replace(file, bytes, Durability.OS);
        written = bytes;
    }

    /** True when a newer incarnation of this worker has taken over its heartbeat file: this one was believed dead. */
    boolean isReplaced() throws IOException {
        if (isAsWritten()) return false;
        String there = onDisk().map(Heartbeat::incarnation).orElse(predecessor);
        return !there.equals(member.incarnation()) && !there.equals(predecessor);
    }

    /** The usual case, and much cheaper to see than to understand what is there. */
    private synchronized boolean isAsWritten() {
        try {
            return Arrays.equals(ports.disk().read(file, Heartbeats.MAX_BYTES), written);
        } catch (IOException other) {
            return false;
        }
    }

    private Optional<Heartbeat> onDisk() throws IOException {
        return Heartbeats.read(ports.disk(), file);
    }

    private String incarnationOnDisk() {
        try {
            return onDisk().map(Heartbeat::incarnation).orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }
}
