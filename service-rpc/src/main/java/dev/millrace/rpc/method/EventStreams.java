package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ServiceControl;
import dev.millrace.event.EventEntry;
import dev.millrace.event.EventRing;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcNotification;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcSink;
import dev.millrace.rpc.RpcSubscription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code daemon.monitor.stream}: one listener at the ring for all subscribers, so that each event is written once. What a
 * subscriber reads too slowly is dropped by its own buffer, which says how many; nobody waits for it.
 */
final class EventStreams {
    static final String EVENT = "monitor.event";

    private final ServiceControl control;
    private final EventRing ring;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    EventStreams(ServiceControl control) {
        this.control = control;
        this.ring = control.events();
        ring.listen(this::told);
    }

    /** Who listens, and to what: types begin with one of these; none means all. */
    private record Subscriber(RpcSink sink, List<String> types, EventChoice choice) implements EventReplay.Reader {
        @Override
        public boolean wants(EventEntry event) {
            boolean type = types.isEmpty() || types.stream().anyMatch(event.type()::startsWith);
            return type && choice.has(event);
        }
    }

    /** Told apart by the ring: a version of another one means nothing here. */
    private record Subscription(List<Subscriber> all, Subscriber one, String serverId) implements RpcSubscription {
        @Override
        public void close() {
            all.remove(one);
        }

        @Override
        public ObjectNode opening() {
            return Json.object().put("server_id", serverId);
        }
    }

    private void told(EventEntry event) {
        if (subscribers.isEmpty()) return;
        RpcNotification written = RpcNotification.of(EVENT, event.toJson());
        for (Subscriber one : subscribers) if (one.wants(event)) one.sink().send(written);
    }

    static MethodSpec spec() {
        return new MethodSpec(
                "daemon.monitor.stream",
                "Streams events as they happen: first those after a version, then every further one. When the first ones are"
                        + " not kept any more, monitor.gap says so. Each event is a notification monitor.event; the"
                        + " acknowledgement has a server_id, and a version counts for this one only.",
                EventChoice.among(Shape.object()
                                .may(
                                        "since",
                                        "integer",
                                        "begin behind this version; with the next event when not given")
                                .may(
                                        "types",
                                        "string[]",
                                        "only types that begin with one of these, such as job. or step.failed")
                                .may("job_ids", "string[]", "only of these jobs"))
                        .json(),
                EventAnswers.event().json(),
                dev.millrace.rpc.RpcMethod.Lane.SLOT,
                null);
    }

    RpcSubscription open(RpcParams params, RpcSink sink) throws Exception {
        Subscriber subscriber = new Subscriber(sink, params.texts("types"), choice(params));
        if (!params.has("since")) subscribers.add(subscriber);
        else {
            long since = params.whole("since", 0, 0, Long.MAX_VALUE);
            new EventReplay(ring, subscriber, since, () -> subscribers.add(subscriber)).goOn();
        }
        return new Subscription(subscribers, subscriber, ring.serverId());
    }

    private EventChoice choice(RpcParams params) throws Exception {
        try {
            return EventChoice.of(control, params, params.texts("job_ids"));
        } catch (RuntimeException | IOException e) {
            throw Problems.told(e);
        }
    }
}
