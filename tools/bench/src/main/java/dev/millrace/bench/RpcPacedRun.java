package dev.millrace.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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

    /** Replies come in the order of the calls. */
    private record Line(SocketChannel channel, Deque<Long> due) {}

    @Override
    public Values run(Assignment assignment) throws Exception {
        int calls = assignment.whole("calls", 100_000);
        int rate = assignment.whole("rate", 20_000);
        try (RpcRig rig = RpcRig.start(assignment);
                Selector selector = Selector.open()) {
            List<Line> lines = connected(rig, selector, assignment.whole("connections", 8));
            paced(rig, selector, lines, calls, rate);
            Proc before = rig.daemon();
            long begin = rig.now();
            long[] took = paced(rig, selector, lines, calls, rate);
            double length = (rig.now() - begin) / 1e9;
            Proc after = rig.daemon();
            for (Line line : lines) line.channel().close();
            return Values.none()
                    .with(Values.RATE, calls / length)
                    .with(Values.CPU_US, (after.cpuSeconds() - before.cpuSeconds()) * 1e6 / calls)
                    .with(Values.MEMORY_MB, after.peakMemoryMb())
                    .withTimes(took);
        }
    }

    private static List<Line> connected(RpcRig rig, Selector selector, int connections) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(rig.socket()));
            channel.configureBlocking(false);
            Line line = new Line(channel, new ArrayDeque<>());
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
            for (; sent < due; sent++) call(lines.get(sent % lines.size()), begin + sent * 1_000_000_000L / rate);
            if (selector.select(1) == 0) continue;
            for (SelectionKey key : selector.selectedKeys())
                answered = read(rig, (Line) key.attachment(), piece, took, answered);
            selector.selectedKeys().clear();
        }
        return took;
    }

    private static void call(Line line, long due) throws IOException {
        line.due().add(due);
        ByteBuffer rest = ByteBuffer.wrap(CALL);
        while (rest.hasRemaining()) line.channel().write(rest);
    }

    private static int read(RpcRig rig, Line line, ByteBuffer piece, long[] took, int answered) throws IOException {
        int count = line.channel().read(piece.clear());
        if (count < 0) throw new IOException("the daemon closed a connection");
        long now = rig.now();
        int done = answered;
        for (int i = 0; i < count; i++)
            if (piece.get(i) == '\n') took[done++] = now - line.due().remove();
        return done;
    }
}
