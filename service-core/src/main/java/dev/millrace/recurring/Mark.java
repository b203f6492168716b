package dev.millrace.recurring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is remembered of one recurring task, in control/recurring/state/NAME.json.
 *
 * @param rhythm the schedule that it counts for
 * @param last every due time up to this one is dealt with: fired, waiting, or left out
 * @param ready the name of the file of the last firing; it is in ready/ until it has been submitted
 * @param waiting due times that fire when an earlier firing has ended, the oldest first
 * @param unfinished the stems of firings that had not ended when somebody last looked
 * @param recent the last firings, the newest first
 * @param counts how many there were
 * @param paused true when nothing fires
 */
record Mark(
        String rhythm,
        Instant last,
        Optional<String> ready,
        List<Instant> waiting,
        List<String> unfinished,
        List<Firing> recent,
        Counts counts,
        boolean paused) {
    private static final String SCHEMA = "millrace.recurring.mark.v1";
    private static final Pattern READY = Pattern.compile("(pending|scheduled|blocked)\\.[^/\\x00]+");
    private static final int MOST_WAITING = 100;
    private static final int MOST_UNFINISHED = 16;
    private static final int MOST_RECENT = 10;

    Mark {
        waiting = List.copyOf(waiting);
        unfinished = List.copyOf(unfinished);
        recent = List.copyOf(recent);
    }

    /** Firings, and due times that were left out because of an earlier firing. */
    record Counts(long fired, long skipped) {}

    /** Of a task that nobody has seen before: what was due before now is no matter of ours. */
    static Mark beginning(RecurringTask task, Instant now) {
        return new Mark(
                task.rhythm(), whole(now), Optional.empty(), List.of(), List.of(), List.of(), new Counts(0, 0), false);
    }

    private static Instant whole(Instant moment) {
        return Instant.ofEpochSecond(moment.getEpochSecond());
    }

    /** What was due before now is no matter of ours any more. */
    Mark begunAnew(RecurringTask task, Instant now) {
        return new Mark(task.rhythm(), whole(now), ready, List.of(), unfinished, recent, counts, paused);
    }

    Mark fired(Instant newLast, Firing firing, String file) {
        return new Mark(
                rhythm,
                newLast,
                Optional.of(file),
                waiting,
                front(firing.stem(), unfinished, MOST_UNFINISHED),
                front(firing, recent, MOST_RECENT),
                new Counts(counts.fired() + 1, counts.skipped()),
                paused);
    }

    private static <T> List<T> front(T first, List<T> rest, int most) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(rest.subList(0, Math.min(rest.size(), most - 1)));
        return all;
    }

    Mark passed(Instant newLast) {
        return new Mark(rhythm, newLast, ready, waiting, unfinished, recent, counts, paused);
    }

    Mark skipped(Instant newLast) {
        Counts more = new Counts(counts.fired(), counts.skipped() + 1);
        return new Mark(rhythm, newLast, ready, waiting, unfinished, recent, more, paused);
    }

    /** One more waits; when there are too many, the oldest is left out. */
    Mark queued(Instant due) {
        List<Instant> longer = new ArrayList<>(waiting);
        longer.add(due);
        boolean full = longer.size() > MOST_WAITING;
        Mark queued = withWaiting(full ? longer.subList(1, longer.size()) : longer);
        return full ? queued.skipped(due) : queued.passed(due);
    }

    Mark withWaiting(List<Instant> newWaiting) {
        return new Mark(rhythm, last, ready, newWaiting, unfinished, recent, counts, paused);
    }

    Mark withUnfinished(List<String> stems) {
        return new Mark(rhythm, last, ready, waiting, stems, recent, counts, paused);
    }

    Mark withPaused(boolean nowPaused) {
        return new Mark(rhythm, last, ready, waiting, unfinished, recent, counts, nowPaused);
    }

    byte[] bytes(String name) {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.put("name", name);
        json.put("rhythm", rhythm);
        json.put("last", last.toString());
        ready.ifPresent(file -> json.put("ready", file));
        ArrayNode dues = json.putArray("waiting");
        waiting.forEach(due -> dues.add(due.toString()));
        ArrayNode stems = json.putArray("unfinished");
        unfinished.forEach(stems::add);
        ArrayNode firings = json.putArray("recent");
        recent.forEach(firing -> firings.add(firing.toJson()));
        json.put("fired", counts.fired());
        json.put("skipped", counts.skipped());
        json.put("paused", paused);
        return Json.indented(json);
    }

    static Mark parse(byte[] bytes) throws MalformedJsonException {
        JsonNode json = Json.parseObject(bytes);
        if (!json.path("schema").asText().equals(SCHEMA))
            throw new MalformedJsonException("is no " + SCHEMA + " but " + json.path("schema"));
        JsonNode ready = json.path("ready");
        if (!ready.isMissingNode() && !READY.matcher(ready.asText()).matches())
            throw new MalformedJsonException(
                    "names " + ready + " as ready, which no task that was set aside is called");
        try {
            return read(json);
        } catch (DateTimeException e) {
            throw new MalformedJsonException("has a moment that is none: " + e.getMessage());
        }
    }

    private static Mark read(JsonNode json) {
        List<Instant> waiting = new ArrayList<>();
        for (JsonNode due : json.path("waiting")) waiting.add(Instant.parse(due.asText()));
        List<String> unfinished = new ArrayList<>();
        for (JsonNode stem : json.path("unfinished")) unfinished.add(stem.asText());
        List<Firing> recent = new ArrayList<>();
        for (JsonNode firing : json.path("recent")) recent.add(Firing.fromJson(firing));
        return new Mark(
                json.path("rhythm").asText(),
                Instant.parse(json.path("last").asText()),
                Optional.ofNullable(json.get("ready")).map(JsonNode::asText),
                waiting,
                unfinished,
                recent,
                new Counts(json.path("fired").asLong(), json.path("skipped").asLong()),
                json.path("paused").asBoolean());
    }
}
