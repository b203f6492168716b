package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventEntry;
import dev.millrace.event.EventPage;
import dev.millrace.event.EventRing;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcSink;

/**
 * Tells a subscriber what it missed, as fast as it reads: what the ring keeps is never dropped because a buffer is smaller
 * than the past. When nothing is left the subscriber joins those who hear what happens.
 *
 * <p>One thread at a time goes on with it: the one that opens the stream, then whichever the sink uses.
 */
final class EventReplay {
    private static final int PAGE = 500;

    private final EventRing ring;
    private final Reader reader;
    private final Runnable join;
    private long version;

    /** Who is told, and of what. */
    interface Reader {
        RpcSink sink();

        boolean wants(EventEntry event);
    }

    /**
     * @param since the version behind which it begins
     * @param join lets the reader hear every further event; called while the ring adds none
     */
    EventReplay(EventRing ring, Reader reader, long since, Runnable join) {
        this.ring = ring;
        this.reader = reader;
        this.version = since;
        this.join = join;
    }

    /** Tells the next ones, and sees to it that it goes on. */
    void goOn() {
        EventPage page = ring.since(version, PAGE);
        if (page.gap()) tellGap(page);
        for (EventEntry event : page.events()) {
            if (reader.wants(event) && !reader.sink().offer(told(event))) break;
            version = event.version();
        }
        if (version < page.newest()) reader.sink().whenTaken(this::goOn);
        else ring.listen(version, this::last, event -> {}).close();
    }

    /** The ring holds its lock meanwhile, so no event falls between the past and the present. */
    private void last(EventPage page) {
        if (page.gap()) tellGap(page);
        for (EventEntry event : page.events())
            if (reader.wants(event)) reader.sink().send(told(event));
        join.run();
    }

    private void tellGap(EventPage page) {
        ObjectNode gap = Json.object();
        gap.put("since", version).put("oldest", page.oldest()).put("server_id", page.serverId());
        reader.sink().send(RpcNotification.of("monitor.gap", gap));
        version = Math.max(0, page.oldest() - 1);
    }

    private static RpcNotification told(EventEntry event) {
        return RpcNotification.of(EventStreams.EVENT, event.toJson());
    }
}
