package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.event.EventEntry;
import dev.millrace.event.EventPage;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the ring of events, see {@link EventStreams} for those that come. */
final class EventMethods {
    private static final int MOST = 100_000;

    private EventMethods() {}

    static List<MethodSpec> all() {
        Shape page = Shape.object()
                .needList("events", EventAnswers.event(), "in their order")
                .need("version", "integer", "ask with this as since next time")
                .need("newest", "integer", "the newest there is")
                .need("oldest", "integer", "the oldest that is kept; 0 when there is none")
                .need(
                        "gap",
                        "boolean",
                        "true when some behind since are not kept any more, or since is of another ring")
                .need("more", "boolean", "true when there are further ones")
                .need("server_id", "string", "which ring it is; with another one versions begin anew");
        return List.of(
                MethodSpec.of(
                        "daemon.events",
                        "Gives events after a version, or the last ones.",
                        Shape.object()
                                .may("since", "integer", "those behind this version; the last ones when not given")
                                .may("limit", "integer", "at most so many", 50),
                        page,
                        EventMethods::events),
                MethodSpec.of(
                        "daemon.observer_events",
                        "Gives the last events of one job, or of all, newest first.",
                        EventChoice.among(Shape.object().may("job_id", "string", "the job"))
                                .may("limit", "integer", "at most so many", 50),
                        Shape.object().needList("events", EventAnswers.event(), "the newest first"),
                        EventMethods::observerEvents));
    }

    private static Object events(Surroundings around, RpcParams params) throws Exception {
        int limit = (int) params.whole("limit", 50, 1, MOST);
        var ring = around.control().events();
        long since =
                params.has("since") ? params.whole("since", 0, 0, Long.MAX_VALUE) : Math.max(0, ring.version() - limit);
        EventPage page = ring.since(since, limit);
        ObjectNode json = page.toJson();
        return params.has("since") ? json : json.put("gap", false);
    }

    private static Object observerEvents(Surroundings around, RpcParams params) throws Exception {
        int limit = (int) params.whole("limit", 50, 1, MOST);
        EventChoice choice = EventChoice.of(
                around.control(), params, params.text("job_id").stream().toList());
        List<EventEntry> events = new ArrayList<>(
                around.control().events().since(0, Integer.MAX_VALUE).events());
        Collections.reverse(events);
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("events");
        for (EventEntry event : events) {
            if (list.size() >= limit) break;
            if (choice.has(event)) list.add(event.toJson());
        }
        return json;
    }
}
