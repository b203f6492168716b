package dev.millrace.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Calls at a fixed pace, over raw connections from one thread. A call's time runs from when it was due, so a daemon that
 * stands still for a moment pays for all calls of that moment.
 */
final class RpcPacedRun implements Measurement {
    private static final byte[] CALL =
            "{\"jsonrpc\":\"2.0\",\"method\":\"daemon.health\",\"id\":1}\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE = 64 << 10;

    private static final byte[] CALLS =
            new String(CALL, StandardCharsets.US_ASCII).repeat(1_000).getBytes(StandardCharsets.US_ASCII);

    /** One connection. Replies come in the order of the calls; what the socket does not take now is written later. */
    private static final class Line {
        private final SocketChannel channel;
        private final Deque<Long> due = new ArrayDeque<>();
        private long unsent;
        private int offset;

        private Line(SocketChannel channel) {
            this.channel = channel;
        }

        private void call(long dueNanos) {
            due.add(dueNanos);
            unsent += CALL.length;
        }

        private void flush() throws IOException {
            while (unsent > 0) {
                int length = (int) Math.min(unsent, CALLS.length - offset);
                int count = channel.write(ByteBuffer.wrap(CALLS, offset, length));
                unsent -= count;
                offset = (offset + count) % CALL.length;
                if (count < length) return;
            }
        }
    }

    @Override
    public Values run(Assignment assignment) throws Exception {
        int calls = assignment.whole("calls", 100_000);
        int rate = assignment.whole("rate", 20_000);
        try (RpcRig rig = RpcRig.start(assignment);
                Selector selector = Selector.open()) {
            Path socket = assignment.text("socket").equals("echo") ? rig.echo() : rig.socket();
            List<Line> lines = connected(socket, selector, assignment.whole("connections", 8));
            paced(rig, selector, lines, calls, rate);
            Proc before = rig.daemon();
            long begin = rig.now();
            long[] took = paced(rig, selector, lines, calls, rate);
            double length = (rig.now() - begin) / 1e9;
            Proc after = rig.daemon();
            for (Line line : lines) line.channel.close();
            return Values.none()
                    .with(Values.RATE, calls / length)
                    .with(Values.CPU_US, (after.cpuSeconds() - before.cpuSeconds()) * 1e6 / calls)
                    .with(Values.MEMORY_MB, after.peakMemoryMb())
                    .withTimes(took);
        }
    }

    private static List<Line> connected(Path socket, Selector selector, int connections) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            Line line = new Line(channel);
            channel.register(selector, SelectionKey.OP_READ, line);
            lines.add(line);
        }
        return lines;
    }

    private static long[] paced(RpcRig rig, Selector selector, List<Line> lines, int calls, int rate)
            throws IOException {
        long[] took = new long[calls];
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        long begin = rig.now();
        int sent = 0;
        int answered = 0;
        while (answered < calls) {
            long due = Math.min(calls, (rig.now() - begin) * rate / 1_000_000_000);
            for (; sent < due; sent++) lines.get(sent % lines.size()).call(begin + sent * 1_000_000_000L / rate);
            for (Line line : lines) line.flush();
            if (selector.select(1) == 0) continue;
            for (SelectionKey key : selector.selectedKeys())
                answered = read(rig, (Line) key.attachment(), piece, took, answered);
            selector.selectedKeys().clear();
        }
        return took;
    }

    private static int read(RpcRig rig, Line line, ByteBuffer piece, long[] took, int answered) throws IOException {
        int count = line.channel.read(piece.clear());
        if (count < 0) throw new IOException("the daemon closed a connection");
        long now = rig.now();
        int done = answered;
        for (int i = 0; i < count; i++) if (piece.get(i) == '\n') took[done++] = now - line.due.remove();
        return done;
    }
}
