package dev.millrace.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.List;

/**
 * An answer of {@link EventRing#since}.
 *
 * @param events in the order of their versions
 * @param version after which to ask next
 * @param newest the newest version that there is
 * @param oldest the oldest version that is still kept; 0 when there is none
 * @param gap true when some that came after the version that was asked for are not kept any more, or when that version
 *     belongs to another ring
 * @param more true when there are further ones
 * @param serverId which ring this is; when it changes, versions begin anew
 */
public record EventPage(
        List<EventEntry> events, long version, long newest, long oldest, boolean gap, boolean more, String serverId) {
    public EventPage {
        events = List.copyOf(events);
    }

    /** The wire's form. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("events");
        for (EventEntry event : events) list.add(event.toJson());
        json.put("version", version);
        json.put("newest", newest);
        json.put("oldest", oldest);
        json.put("gap", gap);
        json.put("more", more);
        json.put("server_id", serverId);
        return json;
    }
}
