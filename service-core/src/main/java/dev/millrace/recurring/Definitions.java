package dev.millrace.recurring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.task.CorruptTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskDocument;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Recurring tasks as tables and objects, and back. */
final class Definitions {
    private static final int SHOWN = 60;

    /** What each firing is given by us, and what only a submit of its own can heed. */
    private static final List<String> NOT_IN_A_TASK =
            List.of("schema", "task_id", "created_at", "not_before", "unique_key", "depends_on", "group", "recurring");

    private final String name;
    private final JsonNode json;

    private Definitions(String name, JsonNode json) {
        this.name = name;
        this.json = json;
    }

    static RecurringTask read(String name, JsonNode json) {
        if (!json.isObject()) throw new InvalidRecurringException(name, "", "must be a table, not " + shown(json));
        try {
            return new Definitions(name, json).read();
        } catch (InvalidRecurringException e) {
            throw e.of(name);
        }
    }

    private RecurringTask read() {
        for (var entry : json.properties())
            if (!RecurringTask.KEYS.contains(entry.getKey()))
                throw wrong(entry.getKey(), "is not known; there are " + String.join(", ", RecurringTask.KEYS));
        ZoneId zone = zone();
        return new RecurringTask(
                name,
                schedule(zone),
                task(),
                overlap(),
                catchUp(),
                jitter(),
                moment("start", zone),
                moment("end", zone));
    }

    private static InvalidRecurringException wrong(String key, String problem) {
        return new InvalidRecurringException("", key, problem);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private Optional<JsonNode> value(String key) {
        return Optional.ofNullable(json.get(key)).filter(value -> !value.isNull());
    }

    private Optional<String> text(String key, String says) {
        return value(key).map(value -> {
            if (value.isTextual() && !value.textValue().isBlank()) return value.textValue();
            throw wrong(key, "must be " + says + ", not " + shown(value));
        });
    }

    private ZoneId zone() {
        String says = "a time zone such as \"Europe/Berlin\" or \"UTC\"";
        String text = text("zone", says).orElse("UTC");
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw wrong("zone", "must be " + says + ", not \"" + text + "\"");
        }
    }

    private Schedule schedule(ZoneId zone) {
        Optional<String> cron = text("cron", "text such as \"30 3 * * 1-5\"");
        Optional<JsonNode> every = value("every");
        if (cron.isPresent() == every.isPresent())
            throw wrong(
                    cron.isPresent() ? "every" : "cron",
                    cron.isPresent()
                            ? "cannot stand beside cron; give one of them"
                            : "or every must say when it is due, such as cron = \"30 3 * * 1-5\" or every = \"15m\"");
        return cron.isPresent() ? Schedule.cron(cron.get(), zone) : Schedule.every(length("every", every.get()));
    }

    private static Duration length(String key, JsonNode value) {
        return Lengths.read(value).orElseThrow(() -> wrong(key, "must be " + Lengths.SAYS + ", not " + shown(value)));
    }

    private Task task() {
        String kind = text("kind", "the name of a handler's kind")
                .orElseThrow(() -> wrong("kind", "must be given: the kind of the handler that runs it"));
        ObjectNode keys = Json.object();
        value("task").ifPresent(value -> keys.setAll(object("task", value)));
        for (String key : List.of("kind", "args"))
            if (keys.has(key)) throw wrong("task", "must not hold " + key + ", which has a place of its own beside it");
        keys.put("kind", kind);
        value("args").ifPresent(value -> keys.set("args", object("args", value)));
        return new Task(Optional.empty(), keys);
    }

    private static ObjectNode object(String key, JsonNode value) {
        if (value instanceof ObjectNode object) return object.deepCopy();
        throw wrong(key, "must be a table, not " + shown(value));
    }

    private Overlap overlap() {
        String says = "\"skip\", \"queue\" or \"allow\"";
        return text("overlap", says)
                .map(word -> Overlap.of(word).orElseThrow(() -> wrong("overlap", notA(says, word))))
                .orElse(Overlap.SKIP);
    }

    private CatchUp catchUp() {
        String says = "\"none\", \"last\" or \"all\"";
        CatchUp.Which which = text("catch_up", says)
                .map(word -> CatchUp.Which.of(word).orElseThrow(() -> wrong("catch_up", notA(says, word))))
                .orElse(CatchUp.Which.LAST);
        JsonNode most = value("catch_up_max").orElse(IntNode.valueOf(CatchUp.USUAL_MOST));
        if (most.canConvertToInt() && most.isIntegralNumber()) return new CatchUp(which, most.intValue());
        throw wrong("catch_up_max", "must be a whole number from 1 to " + CatchUp.MOST + ", not " + shown(most));
    }

    private static String notA(String says, String word) {
        return "must be " + says + ", not " + shown(TextNode.valueOf(word));
    }

    private Duration jitter() {
        return value("jitter").map(value -> length("jitter", value)).orElse(Duration.ZERO);
    }

    private Optional<Instant> moment(String key, ZoneId zone) {
        String says = "a date, or a date and time such as 2026-03-01T06:00:00+01:00";
        return text(key, says)
                .map(text ->
                        parsed(text.strip().replace(' ', 'T'), zone).orElseThrow(() -> wrong(key, notA(says, text))));
    }

    /** Without an offset it is meant in the task's zone. */
    private static Optional<Instant> parsed(String text, ZoneId zone) {
        try {
            if (text.indexOf('T') < 0)
                return Optional.of(LocalDate.parse(text).atStartOfDay(zone).toInstant());
            boolean hasOffset =
                    text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > text.indexOf('T');
            return Optional.of(
                    hasOffset
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDateTime.parse(text).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What every firing would be refused for is refused now. */
    static void checkTask(String name, Task task) {
        if (task.id().isPresent())
            throw new InvalidRecurringException(name, "task", "must have no id; each firing gets one of its own");
        if (task.keys().path("kind").asText("").isBlank())
            throw new InvalidRecurringException(name, "kind", "must be given: the kind of the handler that runs it");
        for (String key : NOT_IN_A_TASK)
            if (task.keys().has(key))
                throw new InvalidRecurringException(name, "task", "must not hold " + key + "; " + why(key));
        try {
            ObjectNode document = task.keys().deepCopy();
            TaskDocument.checked(document.put("schema", TaskDocument.SCHEMA));
        } catch (CorruptTaskException e) {
            throw new InvalidRecurringException(name, "task", "cannot be submitted: " + e.reason());
        }
    }

    private static String why(String key) {
        return switch (key) {
            case "unique_key" -> "overlap says what happens while an earlier one has not ended";
            case "depends_on", "group" -> "submit such tasks from a handler";
            default -> "each firing gets it";
        };
    }

    static ObjectNode json(RecurringTask recurring) {
        ObjectNode json = Json.object();
        if (recurring.schedule() instanceof CronSchedule cron) json.put("cron", cron.expression());
        if (recurring.schedule() instanceof IntervalSchedule every) json.put("every", Lengths.text(every.interval()));
        ZoneId zone = recurring.schedule().zone();
        if (!zone.equals(ZoneOffset.UTC)) json.put("zone", zone.getId());
        ObjectNode task = recurring.task().keys().deepCopy();
        json.set("kind", task.remove("kind"));
        if (task.has("args")) json.set("args", task.remove("args"));
        if (!task.isEmpty()) json.set("task", task);
        json.put("overlap", recurring.overlap().word());
        json.put("catch_up", recurring.catchUp().which().word());
        json.put("catch_up_max", recurring.catchUp().most());
        if (!recurring.jitter().isZero()) json.put("jitter", Lengths.text(recurring.jitter()));
        recurring.start().ifPresent(moment -> json.put("start", moment.toString()));
        recurring.end().ifPresent(moment -> json.put("end", moment.toString()));
        return json;
    }
}
