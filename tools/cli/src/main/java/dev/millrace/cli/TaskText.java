package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.control.TaskFacts;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.task.TaskState;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** One task for people. */
final class TaskText {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final int NAMES = 11;

    private final TaskFacts facts;
    private final List<JsonNode> attempts;
    private final Optional<Heartbeat.Progress> progress;
    private final Optional<WaitText> waits;
    private final Shell shell;
    private final StringBuilder text = new StringBuilder();

    TaskText(
            TaskFacts facts,
            List<JsonNode> attempts,
            Optional<Heartbeat.Progress> progress,
            Optional<WaitText> waits,
            Shell shell) {
        this.waits = waits;
        this.facts = facts;
        this.attempts = attempts;
        this.progress = progress;
        this.shell = shell;
    }

    @Override
    public String toString() {
        head();
        times();
        String waiting = facts.view().state() == TaskState.BLOCKED ? "waits for" : "waited for";
        waits.ifPresent(others -> field(waiting, others.text()));
        if (facts.record().value("callback_of").isMissingNode())
            value("group", facts.record().value("group"));
        progress.ifPresent(last -> field("progress", Shown.progress(last)));
        value("retry", facts.record().value("retry"));
        value("args", facts.record().value("args"));
        value("plan", facts.record().value("plan"));
        field("file", facts.view().file().toString());
        field("log", facts.hasLog() ? facts.log().toString() : "none");
        attempts();
        outcome();
        return text.toString();
    }

    private void head() {
        String state = facts.view().state().word();
        Ink ink = shell.ink();
        text.append(ink.paint(Ink.Tone.HEAD, Shown.line(facts.view().id())))
                .append(" is ")
                .append(ink.paint(Ink.Tone.of(state), state))
                .append("\n\n");
        field("kind", facts.text("kind", "the app's default"));
        field("name", facts.text("task_name", Shown.NOTHING));
        field("worker", facts.worker().equals(Shown.NOTHING) ? "any" : facts.worker());
        JsonNode priority = facts.record().value("priority");
        if (priority.isNumber()) field("priority", priority.asText());
        JsonNode most = facts.record().value("max_attempts");
        if (facts.attempt() > 0) field("attempt", facts.attempt() + (most.isNumber() ? " of " + most.asText() : ""));
    }

    private void times() {
        moment("submitted", facts.moment("created_at"));
        double due = facts.view().due().orElse(0);
        boolean early = due > shell.time().epochSeconds();
        if (early || facts.view().state() == TaskState.SCHEDULED) moment("due", due);
        moment("claimed", facts.record().value("claim").path("claimed_at").asDouble(0));
        moment("finished", facts.moment("finished_at"));
        facts.record().runtimeSeconds().ifPresent(seconds -> field("runtime", Shown.seconds(seconds)));
    }

    private void moment(String name, double epochSeconds) {
        if (!(epochSeconds > 0)) return;
        String local =
                MOMENT.format(Instant.ofEpochMilli((long) (epochSeconds * 1e3)).atZone(ZoneId.systemDefault()));
        double ago = shell.time().epochSeconds() - epochSeconds;
        field(name, local + (ago >= 0 ? " (" + Shown.seconds(ago) + " ago)" : " (in " + Shown.seconds(-ago) + ")"));
    }

    private void value(String name, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull() && !(value.isContainerNode() && value.isEmpty()))
            field(name, value.toString());
    }

    private void field(String name, String value) {
        text.append(name)
                .append(" ".repeat(NAMES - name.length()))
                .append(Shown.line(value))
                .append('\n');
    }

    private void attempts() {
        Table table = new Table(">ATTEMPT", "OUTCOME", "WORKER", ">RUNTIME", "REASON");
        for (JsonNode attempt : attempts)
            table.row(
                    attempt.path("attempt").asText(Shown.NOTHING),
                    attempt.path("outcome").asText(Shown.NOTHING),
                    attempt.path("worker").asText(Shown.NOTHING),
                    attempt.path("runtime").isNumber()
                            ? Shown.seconds(attempt.path("runtime").doubleValue())
                            : Shown.NOTHING,
                    attempt.path("reason").asText(""));
        if (!table.isEmpty()) text.append('\n').append(table.text(shell.terminal()));
    }

    private void outcome() {
        facts.record().quarantine().ifPresent(reason -> block("refused", reason));
        if (facts.record().quarantine().isEmpty()) facts.record().error().ifPresent(error -> block("error", error));
        String traceback = facts.text("traceback", "");
        if (!traceback.isEmpty()) block("traceback", traceback.stripTrailing());
        JsonNode result = facts.record().result();
        if (!result.isMissingNode()) block("result", Shown.indented(result));
    }

    private void block(String name, String content) {
        text.append('\n')
                .append(shell.ink().paint(Ink.Tone.HEAD, name))
                .append('\n')
                .append(Shown.lines(content))
                .append('\n');
    }
}
