package dev.millrace.bench;

import dev.millrace.liveness.Processes;
import dev.millrace.time.Time;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** One peer: what it does for the part that is measured. Its workers are threads of this process. */
final class PeerRun implements Measurement {
    private static final int CONNECTIONS_BESIDE = 4;
    private static final int AT_ONCE = 1_000;

    private final Time time = Time.system();
    private final Processes processes = Processes.local();

    @Override
    public Values run(Assignment assignment) throws Exception {
        int connections = assignment.whole("workers", 1) + CONNECTIONS_BESIDE;
        Board board = Board.in(assignment.folder().resolve("board"), MarkHandler.MOST);
        try (Database database = Database.open(assignment.text("postgres"), assignment.folder(), connections);
                Peer peer = Peer.Name.of(assignment.text("peer")).make(assignment, database, board)) {
            return switch (Part.of(assignment.text("part")).orElseThrow()) {
                case SUBMIT -> submit(assignment, database, peer);
                case DRAIN -> drain(assignment, database, peer, board);
                case LATENCY -> latency(assignment, peer, board);
                default -> throw new IllegalArgumentException("peers do not run '" + assignment.text("part") + "'");
            };
        }
    }

    private Values submit(Assignment assignment, Database database, Peer peer) throws Exception {
        int tasks = assignment.whole("tasks", 5_000);
        int atOnce = assignment.whole("at_once", 1);
        int warm = Math.max(1, tasks / 5);
        submit(peer, 0, warm, atOnce);
        FreshFolder.sync(processes);
        double cpu = cpu(database);
        long begin = time.nanos();
        submit(peer, warm, tasks, atOnce);
        double seconds = (time.nanos() - begin) / 1e9;
        return told(tasks, seconds, cpu(database) - cpu);
    }

    private static void submit(Peer peer, int first, int count, int atOnce) throws Exception {
        for (int done = 0; done < count; done += atOnce) {
            if (atOnce == 1) peer.submit(first + done);
            else peer.submitAll(first + done, Math.min(atOnce, count - done));
        }
    }

    private Values drain(Assignment assignment, Database database, Peer peer, Board board) throws Exception {
        int tasks = assignment.whole("tasks", 20_000);
        int warm = assignment.whole("warm", tasks);
        submit(peer, 0, warm, AT_ONCE);
        drained(peer, board, warm);
        submit(peer, warm, tasks, AT_ONCE);
        FreshFolder.sync(processes);
        double cpu = cpu(database);
        double seconds = drained(peer, board, tasks);
        return told(tasks, seconds, cpu(database) - cpu);
    }

    /** From the start of the first task until none is left. */
    private double drained(Peer peer, Board board, int tasks) throws Exception {
        board.reset();
        peer.start();
        new Patience(time, board).await(tasks + " tasks to run", () -> board.count() >= tasks);
        new Patience(time, board).await("tasks to be settled", () -> peer.remaining() == 0);
        double seconds = (time.nanos() - board.first()) / 1e9;
        peer.stop();
        return seconds;
    }

    private Values told(int tasks, double seconds, double cpu) throws IOException {
        return Values.none()
                .with(Values.RATE, tasks / seconds)
                .with(Values.CPU_US, cpu * 1e6 / tasks)
                .with(Values.MEMORY_MB, Proc.of(processes.self().pid()).peakMemoryMb());
    }

    private double cpu(Database database) throws IOException, SQLException {
        return Proc.of(processes.self().pid()).cpuSeconds() + database.serverCpuSeconds();
    }

    private Values latency(Assignment assignment, Peer peer, Board board) throws Exception {
        int samples = assignment.whole("samples", 300);
        int warm = assignment.whole("warm", samples);
        peer.start();
        for (int number = 0; number < warm; number++) waited(peer, board, number, 3);
        long[] waited = new long[samples];
        for (int i = 0; i < samples; i++) waited[i] = waited(peer, board, warm + i, 20);
        peer.stop();
        return Values.none().withTimes(waited);
    }

    private long waited(Peer peer, Board board, int number, int pauseMillis) throws Exception {
        time.sleep(Duration.ofMillis(pauseMillis));
        long begin = time.nanos();
        peer.submit(number);
        new Patience(time, board).await("task " + number + " to begin", () -> board.marked(number) != 0);
        return board.marked(number) - begin;
    }
}
