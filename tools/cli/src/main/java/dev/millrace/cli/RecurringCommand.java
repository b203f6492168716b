package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.recurring.Firing;
import dev.millrace.recurring.RecurringReport;
import dev.millrace.recurring.RecurringTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace recurring}. */
@Command(name = "recurring", description = "Lists and steers the tasks that come again and again.")
final class RecurringCommand extends AppCommand {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssxxx");
    private static final List<String> ACTIONS = List.of("list", "run", "pause", "resume", "next");
    private static final int MOST_SHOWN = 10_000;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "list (also when none is given), run (now), pause, resume, or next (due times).")
    String action = "list";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Which one; list shows all without it.")
    @Nullable
    String name;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many due times next shows (default: ${DEFAULT-VALUE}).")
    int count = 5;

    RecurringCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (!ACTIONS.contains(action))
            throw CommandException.badCommandLine(
                    "recurring can " + String.join(", ", ACTIONS) + ", not '" + action + "'",
                    "millrace recurring --help");
        if (count < 1 || count > MOST_SHOWN)
            throw CommandException.badCommandLine("--count must be 1 to " + MOST_SHOWN + ", not " + count, "");
        RecurringTasks tasks = service.recurring();
        return switch (action) {
            case "run" -> run(tasks);
            case "pause", "resume" -> steered(tasks);
            case "next" -> next(tasks);
            default -> list(tasks);
        };
    }

    private String named() throws CommandException {
        if (name != null) return name;
        throw CommandException.badCommandLine(
                "recurring " + action + " needs the name of a recurring task", "millrace recurring list" + where());
    }

    private Answer list(RecurringTasks tasks) throws Exception {
        List<RecurringReport> reports = name == null ? tasks.list() : List.of(tasks.report(name));
        Table table = new Table("NAME", "SCHEDULE", "KIND", "NEXT", "LAST", "STATE", ">FIRED", ">SKIPPED", "REMARK");
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("recurring");
        for (RecurringReport report : reports) {
            list.add(report.toJson());
            row(table, report);
        }
        String none = "no recurring tasks; docs/reference/recurring.md shows how to name some\n";
        return Answer.ok(json, table.isEmpty() ? none : table.text(shell.terminal()));
    }

    private static void row(Table table, RecurringReport report) {
        ZoneId zone = report.task().schedule().zone();
        table.row(
                report.task().name(),
                report.task().schedule().text(),
                report.task().task().keys().path("kind").asText(),
                report.next().map(due -> shown(due, zone)).orElse(Shown.NOTHING),
                report.recent().stream()
                        .findFirst()
                        .map(last -> shown(last.due(), zone))
                        .orElse(Shown.NOTHING),
                state(report),
                report.fired(),
                report.skipped(),
                remark(report));
    }

    private static String state(RecurringReport report) {
        if (report.recent().isEmpty()) return Shown.NOTHING;
        return report.lastState().map(state -> state.word()).orElse("removed");
    }

    private static String remark(RecurringReport report) {
        if (report.paused()) return "paused";
        if (!report.waiting().isEmpty())
            return Shown.count(report.waiting().size(), "firing") + " behind an earlier one";
        return report.next().isEmpty() ? "ended" : "";
    }

    private static String shown(Instant moment, ZoneId zone) {
        return MOMENT.format(moment.atZone(zone));
    }

    private Answer run(RecurringTasks tasks) throws Exception {
        Firing firing = tasks.run(named());
        ObjectNode json = Json.object();
        json.put("status", "queued");
        json.set("task", firing.toJson());
        return Answer.ok(json, firing.id() + "\n");
    }

    private Answer steered(RecurringTasks tasks) throws Exception {
        String which = named();
        if (action.equals("pause")) tasks.pause(which);
        else tasks.resume(which);
        RecurringReport report = tasks.report(which);
        ZoneId zone = report.task().schedule().zone();
        String next = report.next().map(due -> ", next " + shown(due, zone)).orElse("");
        return Answer.ok(report.toJson(), which + " is " + (report.paused() ? "paused" : "active" + next) + "\n");
    }

    private Answer next(RecurringTasks tasks) throws Exception {
        RecurringReport report = tasks.report(named());
        ZoneId zone = report.task().schedule().zone();
        Instant now = shell.time().instant();
        Table table = new Table("DUE", ">IN");
        ObjectNode json = Json.object();
        json.put("name", report.task().name());
        json.put("schedule", report.task().schedule().text());
        ArrayNode list = json.putArray("next");
        for (Instant due : tasks.next(report.task().name(), count)) {
            list.add(due.toString());
            table.row(shown(due, zone), Shown.seconds(Duration.between(now, due).toMillis() / 1e3));
        }
        String text = table.isEmpty() ? "no due time follows\n" : table.text(shell.terminal());
        return report.paused()
                ? Answer.ok(json, text)
                        .withRemark(report.task().name() + " is paused; nothing fires until it is resumed")
                : Answer.ok(json, text);
    }
}
