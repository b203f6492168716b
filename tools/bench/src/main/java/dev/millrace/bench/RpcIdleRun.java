package dev.millrace.bench;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What connections that say nothing, and streams that hear little, take of the daemon's memory. */
final class RpcIdleRun implements Measurement {
    private static final int EVENTS = 1_000;

    @Override
    public Values run(Assignment assignment) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try (RpcRig rig = RpcRig.start(assignment)) {
            for (int i = 0; i < EVENTS; i++) rig.client().health();
            double before = rig.memoryMb();
            for (int i = 0; i < assignment.whole("idle", 500); i++) open.add(connection(rig));
            for (int i = 0; i < assignment.whole("streams", 50); i++)
                open.add(rig.client().stream("daemon.monitor.stream", Map.of()));
            rig.client().call("publish", Map.of("events", EVENTS, "rate", EVENTS));
            double after = rig.memoryMb();
            return Values.none().with(Values.MEMORY_MB, after).with(Values.COST_MB, Math.max(0, after - before));
        } finally {
            for (AutoCloseable one : open) one.close();
        }
    }

    private static SocketChannel connection(RpcRig rig) throws Exception {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(rig.socket()));
        return channel;
    }
}
