package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has a unique key.
 *
 * @param key the key
 * @param id what people call the task
 * @param stem its unique name
 * @param since when the first task with this key was submitted, or the last one of those that put the start off, epoch
 *     seconds
 * @param window how long the key stays taken from then on, seconds; 0 for as long as the task has not ended
 * @param sure true when the task was submitted; false while it may not have been; stays false where a look for the task
 *     tells as much
 * @param replaces the unique name of a task that is to be cancelled for this one; empty when there is none
 * @param earlier dropped files that had the key before and had not ended when they lost it: they have been asked
 */
record UniqueEntry(
        String key,
        String id,
        String stem,
        double since,
        double window,
        boolean sure,
        String replaces,
        List<String> earlier) {
    private static final String EARLIER = "earlier";

    UniqueEntry {
        earlier = List.copyOf(earlier);
    }

    /** Of a task that is to have a key which nobody has now. */
    static UniqueEntry of(UniqueRule rule, String id, String stem, double now, List<String> earlier) {
        return new UniqueEntry(rule.key(), id, stem, now, rule.window(), false, "", earlier);
    }

    /** In the place of another, whose window goes on. An earlier file of the same name cannot be waited for, or ended. */
    UniqueEntry inPlaceOf(UniqueEntry holder) {
        String ended = holder.stem.equals(stem) ? "" : holder.stem;
        return new UniqueEntry(key, id, stem, holder.since, window, false, ended, earlier);
    }

    /** As above, beginning the window anew. */
    UniqueEntry puttingOff(UniqueEntry holder) {
        return inPlaceOf(holder).since(since);
    }

    private UniqueEntry since(double moment) {
        return new UniqueEntry(key, id, stem, moment, window, sure, replaces, earlier);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("key", key);
        json.put("id", id);
        json.put("stem", stem);
        json.put("since", since);
        json.put("window_sec", window);
        json.put("sure", sure);
        json.put("replaces", replaces);
        if (!earlier.isEmpty()) {
            ArrayNode stems = json.putArray(EARLIER);
            earlier.forEach(stems::add);
        }
        return json;
    }

    static UniqueEntry of(ObjectNode json) {
        List<String> earlier = new ArrayList<>();
        for (JsonNode stem : json.path(EARLIER)) earlier.add(stem.asText(""));
        return new UniqueEntry(
                json.path("key").asText(""),
                json.path("id").asText(""),
                json.path("stem").asText(""),
                json.path("since").asDouble(0),
                json.path("window_sec").asDouble(0),
                json.path("sure").asBoolean(),
                json.path("replaces").asText(""),
                earlier);
    }

    UniqueEntry surely() {
        return new UniqueEntry(key, id, stem, since, window, true, "", earlier);
    }

    /**
     * As left by somebody who died, when what it replaces has ended. Whether a dropped file was put off, too, is not known
     * yet: whoever claims it again makes it sure.
     */
    UniqueEntry finished() {
        return new UniqueEntry(key, id, stem, since, window, TaskOrder.isOurs(stem), "", earlier);
    }

    /** Of the one that it was to replace, because its own task was never submitted. */
    UniqueEntry withdrawn(String idBefore, double windowBefore) {
        return new UniqueEntry(key, idBefore, replaces, since, windowBefore, true, "", earlier);
    }

    /** How a task ends that this one replaces. */
    Outcome.Cancelled replacement() {
        return new Outcome.Cancelled("replaced by " + id + ", which was submitted later with its unique_key");
    }

    boolean isInWindow(double now) {
        return window > 0 && now < since + window;
    }
}
