package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.LimitRules;
import dev.millrace.task.TaskMarks;
import dev.millrace.task.TaskOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is paused. Tasks that run go on; nothing that is paused is begun.
 *
 * @param queue why nothing at all is begun; empty when the queue is not paused
 * @param kinds why tasks of single kinds are not begun, by kind; the empty one is the default kind
 * @param jobs why the tasks of single jobs are not begun, by job and by who holds it back: several may, each for a reason of
 *     its own, and it goes on when none does any more
 */
public record Pauses(Optional<Pause> queue, Map<String, Pause> kinds, Map<String, Map<String, Pause>> jobs) {
    /** Nothing is paused. */
    public static final Pauses NONE = new Pauses(Optional.empty(), Map.of(), Map.of());

    /**
     * One pause.
     *
     * @param reason for people; may be empty
     * @param at since when, epoch seconds
     */
    public record Pause(String reason, double at) {
        private ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("reason", reason);
            json.put("at", at);
            return json;
        }

        private static Pause of(JsonNode json) {
            return new Pause(json.path("reason").asText(""), json.path("at").asDouble(0));
        }
    }

    public Pauses {
        kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
        jobs = Collections.unmodifiableMap(new LinkedHashMap<>(jobs));
    }

    /** Who holds a job back and why; empty when nobody does. */
    public Map<String, Pause> ofJob(String job) {
        return jobs.getOrDefault(job, Map.of());
    }

    /** True when a task with this unique name belongs to a job that is held back. */
    boolean holdsJobOf(String stem) {
        if (jobs.isEmpty()) return false;
        return JobTaskId.parse(TaskOrder.idOf(stem))
                .filter(id -> jobs.containsKey(id.job()))
                .isPresent();
    }

    /** As answers tell it: {@code paused}, a list of kinds (null for the whole queue) and jobs. */
    public ObjectNode shown() {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("paused");
        queue.ifPresent(pause ->
                all.addObject().putNull("kind").put("reason", pause.reason()).put("at", pause.at()));
        kinds.forEach((name, pause) ->
                all.addObject().put("kind", name).put("reason", pause.reason()).put("at", pause.at()));
        jobs.forEach((job, holders) -> holders.forEach((by, pause) -> all.addObject()
                .put("job", job)
                .put("by", by)
                .put("reason", pause.reason())
                .put("at", pause.at())));
        return json;
    }

    /** Why tasks of a kind are held back because of it; the rules know which kind is the default one. */
    public Map<String, Pause> ofKind(String kind, LimitRules rules) {
        Map<String, Pause> found = new LinkedHashMap<>();
        kinds.forEach((paused, pause) -> {
            if (rules.meant(paused).equals(rules.meant(kind))) found.put(paused, pause);
        });
        return found;
    }

    /** True when a task whose kind has this tag is not to be begun. */
    boolean holdsBack(long kindTag, LimitRules rules) {
        if (queue.isPresent()) return true;
        for (String paused : kinds.keySet())
            if (rules.meant(TaskMarks.tagOf(paused)) == rules.meant(kindTag)) return true;
        return false;
    }

    boolean isEmpty() {
        return queue.isEmpty() && kinds.isEmpty() && jobs.isEmpty();
    }

    Pauses with(Optional<String> kind, Pause pause) {
        if (kind.isEmpty()) return new Pauses(Optional.of(pause), kinds, jobs);
        Map<String, Pause> more = new LinkedHashMap<>(kinds);
        more.put(kind.get(), pause);
        return new Pauses(queue, more, jobs);
    }

    Pauses without(Optional<String> kind) {
        if (kind.isEmpty()) return new Pauses(Optional.empty(), kinds, jobs);
        Map<String, Pause> fewer = new LinkedHashMap<>(kinds);
        fewer.remove(kind.get());
        return new Pauses(queue, fewer, jobs);
    }

    Pauses holding(String job, String by, Pause pause) {
        Map<String, Map<String, Pause>> more = new LinkedHashMap<>(jobs);
        Map<String, Pause> holders = new LinkedHashMap<>(ofJob(job));
        holders.put(by, pause);
        more.put(job, Collections.unmodifiableMap(holders));
        return new Pauses(queue, kinds, more);
    }

    Pauses releasing(String job, String by) {
        Map<String, Map<String, Pause>> fewer = new LinkedHashMap<>(jobs);
        Map<String, Pause> holders = new LinkedHashMap<>(ofJob(job));
        holders.remove(by);
        if (holders.isEmpty()) fewer.remove(job);
        else fewer.put(job, Collections.unmodifiableMap(holders));
        return new Pauses(queue, kinds, fewer);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        queue.ifPresent(pause -> json.set("queue", pause.toJson()));
        ObjectNode byKind = json.putObject("kinds");
        kinds.forEach((kind, pause) -> byKind.set(kind, pause.toJson()));
        if (!jobs.isEmpty()) putJobs(json.putObject("jobs"));
        return json;
    }

    private void putJobs(ObjectNode json) {
        jobs.forEach((job, holders) -> {
            ObjectNode byHolder = json.putObject(job);
            holders.forEach((by, pause) -> byHolder.set(by, pause.toJson()));
        });
    }

    private static Map<String, Map<String, Pause>> jobsOf(JsonNode json) {
        Map<String, Map<String, Pause>> jobs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> job : json.properties()) {
            Map<String, Pause> holders = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> one : job.getValue().properties())
                holders.put(one.getKey(), Pause.of(one.getValue()));
            if (!holders.isEmpty()) jobs.put(job.getKey(), Collections.unmodifiableMap(holders));
        }
        return jobs;
    }

    static Pauses of(JsonNode json) {
        Map<String, Pause> kinds = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : json.path("kinds").properties())
            kinds.put(one.getKey(), Pause.of(one.getValue()));
        Optional<Pause> queue =
                json.path("queue").isObject() ? Optional.of(Pause.of(json.path("queue"))) : Optional.empty();
        return new Pauses(queue, kinds, jobsOf(json.path("jobs")));
    }
}
