package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Action;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.SettingsException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The parameters of serve as options. Each goes by its TOML key to {@link ServeOptions}, which knows what is right; here
 * stands only what it is called and which actions take it.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is a copy that cannot be changed
enum ServeParameter {
    SCHEDULER("--scheduler", Form.TEXT, "ADDRESS", "The scheduler's address; recorded.", Takes.START),
    MODE("--mode", Form.VALUE, "MODE", "AGILAB's mode, as bits or letters of d, c, r, p; recorded.", Takes.START),
    RAPIDS_ENABLED("--rapids-enabled", Form.FLAG, "", "Rapids is wanted; recorded.", Takes.START),
    SLOTS("--slots", Form.VALUE, "N", "How many tasks a worker runs at once.", Takes.START),
    LAUNCHER(
            "--launcher",
            Form.TEXT,
            "KIND",
            "process: workers outlive this command; in-process: they are threads of it, and it stays.",
            Takes.START),
    DURABILITY("--durability", Form.TEXT, "KIND", "What an acknowledged write survives: fsync or os.", Takes.START),
    SERVICE_QUEUE_DIR(
            "--service-queue-dir",
            Form.TEXT,
            "DIR",
            "The queue's folder; a stop needs it only when the service's record is damaged.",
            Takes.START_AND_STOP),
    POLL_INTERVAL("--poll-interval", Form.VALUE, "S", "How often an idle worker lists the queue.", Takes.START),
    START_TIMEOUT("--start-timeout", Form.VALUE, "S", "The longest wait for the workers' first beats.", Takes.START),
    SHUTDOWN_ON_STOP(
            "--shutdown-on-stop", Form.SWITCH, "", "Whether a stop also ends the worker processes.", Takes.START),
    KEEP_WORKERS("--keep-workers", Form.OFF, "", "Let the worker processes stay, idle and warm.", Takes.STOP),
    STOP_TIMEOUT(
            "--stop-timeout",
            Form.VALUE,
            "S",
            "The longest wait for running tasks, in seconds, or 'none'.",
            Takes.START_AND_STOP),
    FORCE("--force", Form.FLAG, "", "Kill workers that have not ended in time; their tasks go back.", Takes.STOP),
    ABANDON(
            "--abandon",
            Form.LIST,
            "HOST",
            "Give up the workers of a host that is lost for good; may be repeated.",
            Takes.STOP),
    OBSERVE("--observe", Form.FLAG, "", "Only look: mend nothing and write nothing.", Takes.LOOKS),
    HEARTBEAT_TIMEOUT(
            "--heartbeat-timeout", Form.VALUE, "S", "After how long a silent worker counts as dead.", Takes.NOT_STOP),
    HEALTH_OUTPUT_PATH("--health-output-path", Form.TEXT, "FILE", "Where the health document goes.", Takes.ALL),
    CLEANUP_DONE_TTL_SEC("--cleanup-done-ttl-sec", Form.VALUE, "S", "How long done tasks are kept.", Takes.NOT_STOP),
    CLEANUP_FAILED_TTL_SEC(
            "--cleanup-failed-ttl-sec", Form.VALUE, "S", "How long failed tasks are kept.", Takes.NOT_STOP),
    CLEANUP_CANCELLED_TTL_SEC(
            "--cleanup-cancelled-ttl-sec", Form.VALUE, "S", "How long cancelled tasks are kept.", Takes.NOT_STOP),
    CLEANUP_HEARTBEAT_TTL_SEC(
            "--cleanup-heartbeat-ttl-sec", Form.VALUE, "S", "How long old heartbeats are kept.", Takes.NOT_STOP),
    CLEANUP_DONE_MAX_FILES(
            "--cleanup-done-max-files", Form.VALUE, "N", "How many done tasks are kept.", Takes.NOT_STOP),
    CLEANUP_FAILED_MAX_FILES(
            "--cleanup-failed-max-files", Form.VALUE, "N", "How many failed tasks are kept.", Takes.NOT_STOP),
    CLEANUP_CANCELLED_MAX_FILES(
            "--cleanup-cancelled-max-files", Form.VALUE, "N", "How many cancelled tasks are kept.", Takes.NOT_STOP),
    CLEANUP_HEARTBEAT_MAX_FILES(
            "--cleanup-heartbeat-max-files", Form.VALUE, "N", "How many old heartbeats are kept.", Takes.NOT_STOP);

    /** How the text of a value becomes JSON. */
    private enum Form {
        TEXT,
        VALUE,
        LIST,
        FLAG,
        OFF,
        SWITCH
    }

    private static final class Takes {
        static final Set<Action> START = EnumSet.of(Action.START);
        static final Set<Action> STOP = EnumSet.of(Action.STOP);
        static final Set<Action> START_AND_STOP = EnumSet.of(Action.START, Action.STOP);
        static final Set<Action> LOOKS = EnumSet.of(Action.STATUS, Action.HEALTH);
        static final Set<Action> NOT_STOP = EnumSet.complementOf(EnumSet.of(Action.STOP));
        static final Set<Action> ALL = EnumSet.allOf(Action.class);
    }

    private final String option;
    private final Form form;
    private final String label;
    private final String description;
    private final List<Action> actions;

    ServeParameter(String option, Form form, String label, String description, Set<Action> actions) {
        this.option = option;
        this.form = form;
        this.label = label;
        this.description = description;
        this.actions = List.copyOf(actions);
    }

    /** The setting that it gives. */
    String key() {
        return this == KEEP_WORKERS ? SHUTDOWN_ON_STOP.key() : name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Gives a command the options of its action. */
    static void addTo(CommandSpec command, Action action) {
        of(action).forEach(parameter -> command.addOption(parameter.spec()));
    }

    private static List<ServeParameter> of(Action action) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.actions.contains(action))
                .toList();
    }

    private OptionSpec spec() {
        OptionSpec.Builder builder = OptionSpec.builder(option).description(description);
        if (form == Form.LIST)
            return builder.type(List.class)
                    .auxiliaryTypes(String.class)
                    .arity("1")
                    .paramLabel(label)
                    .build();
        boolean takesValue = form == Form.TEXT || form == Form.VALUE;
        return takesValue
                ? builder.type(String.class).arity("1").paramLabel(label).build()
                : builder.type(Boolean.class)
                        .arity("0")
                        .negatable(form == Form.SWITCH)
                        .build();
    }

    /** The options of a parsed command line on top of others. */
    static ServeOptions read(ParseResult parsed, Action action, ServeOptions options) throws CommandException {
        ServeOptions all = options;
        for (ServeParameter parameter : of(action))
            if (parsed.hasMatchedOption(parameter.option)) all = parameter.putInto(all, parsed);
        return all;
    }

    private ServeOptions putInto(ServeOptions options, ParseResult parsed) throws CommandException {
        try {
            return options.with(key(), json(parsed.matchedOptionValue(option, "")));
        } catch (SettingsException e) {
            throw CommandException.badCommandLine(
                    option + " " + e.problem(), "docs/reference/settings.md tells what it means");
        }
    }

    private JsonNode json(Object given) {
        return switch (form) {
            case FLAG -> BooleanNode.TRUE;
            case OFF -> BooleanNode.FALSE;
            case SWITCH -> BooleanNode.valueOf(Boolean.TRUE.equals(given));
            case LIST -> Json.tree(given);
            case TEXT -> TextNode.valueOf(String.valueOf(given));
            case VALUE -> number(String.valueOf(given).strip());
        };
    }

    private static JsonNode number(String text) {
        try {
            return DecimalNode.valueOf(new BigDecimal(text));
        } catch (NumberFormatException notANumber) {
            return TextNode.valueOf(text);
        }
    }
}
