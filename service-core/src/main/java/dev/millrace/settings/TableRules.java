package dev.millrace.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.CircuitBreaker;
import dev.millrace.task.KeyRule;
import dev.millrace.task.RetryPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The kinds of settings that hold several values. */
final class TableRules {
    private static final int MOST_WORKERS_OF_A_HOST = 1_024;
    private static final String PRIVATE_ARGS = "_agi_service_";

    /** No dash in front: a host becomes an argument of ssh. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_\\[:][A-Za-z0-9_.:@%\\[\\]-]{0,252}");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern CLASS_NAME =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

    private TableRules() {}

    static Rule workers() {
        return new Rule(
                "a table of hosts, each with its number of workers, from 0 to " + MOST_WORKERS_OF_A_HOST,
                value -> Optional.of(value)
                        .filter(eachEntry((host, count) -> HOST.matcher(host).matches() && isWorkers(count)))
                        .map(TableRules::wholeCounts));
    }

    static Rule hosts() {
        return new Rule(
                "a list of hosts", value -> Optional.of(value).filter(eachElement(host -> matches(HOST, host))));
    }

    static Rule handlers() {
        return new Rule(
                "a table of kinds, each with the name of a handler's class",
                value -> Optional.of(value)
                        .filter(eachEntry((kind, name) -> !kind.isBlank() && matches(CLASS_NAME, name))));
    }

    /** How attempts are repeated: the object {@code retry} of a task. */
    static Rule retry() {
        return table(RetryPolicy.keys());
    }

    /** When a kind that fails and fails is begun no more. */
    static Rule circuitBreaker() {
        return table(CircuitBreaker.keys());
    }

    private static Rule table(Map<String, KeyRule> rules) {
        Map<String, Rule> keys = new LinkedHashMap<>();
        rules.forEach((name, rule) ->
                keys.put(name, new Rule(rule.says(), value -> Optional.of(value).filter(rule.holds()))));
        return table("a table of " + String.join(", ", keys.keySet()), keys);
    }

    /** What is said of single kinds: a table of tables. */
    static Rule kinds() {
        Rule kind = table("a table of " + String.join(", ", KindSettings.RULES.keySet()), KindSettings.RULES);
        return new Rule(
                "a table of kinds, each with a table of its own",
                value -> value.isObject() ? Optional.of(each(value, name -> kind)) : Optional.empty());
    }

    private static Rule table(String says, Map<String, Rule> keys) {
        return new Rule(says, value -> value.isObject() ? Optional.of(each(value, ruleOf(keys))) : Optional.empty());
    }

    private static Function<String, Rule> ruleOf(Map<String, Rule> keys) {
        return name -> {
            Rule rule = keys.get(name);
            if (rule == null) throw SettingKey.unknown(name, List.copyOf(keys.keySet()));
            return rule;
        };
    }

    private static JsonNode each(JsonNode table, Function<String, Rule> rules) {
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> entry : table.properties())
            checked.set(entry.getKey(), rules.apply(entry.getKey()).checked(entry.getKey(), entry.getValue()));
        return checked;
    }

    /** Who runs which kinds only. */
    static Rule serves() {
        return new Rule(
                "a table of workers or hosts, each with a list of kinds",
                value -> Optional.of(value)
                        .filter(eachEntry((worker, kinds) -> !worker.isBlank()
                                && !kinds.isEmpty()
                                && eachElement(Rules::isLine).test(kinds))));
    }

    static Rule lines() {
        return new Rule(
                "a list of texts that are not blank",
                value -> Optional.of(value).filter(eachElement(Rules::isLine)));
    }

    static Rule variables() {
        return new Rule(
                "a list of names of environment variables",
                value -> Optional.of(value).filter(eachElement(name -> matches(VARIABLE, name))));
    }

    /** A table; the private keys that AGILAB hands to its own workers are dropped. */
    static Rule args() {
        return new Rule(
                "a table that JSON can hold: finite numbers, nested at most " + Json.MAX_DEPTH + " deep",
                value ->
                        value instanceof ObjectNode args ? asRead(args).map(TableRules::publicArgs) : Optional.empty());
    }

    /** Through text and back: so it compares equal with what a worker reads. */
    private static Optional<ObjectNode> asRead(ObjectNode args) {
        try {
            byte[] written = Json.bytes(args);
            return isFinite(args) ? Optional.of(Json.parseObject(written)) : Optional.empty();
        } catch (IllegalArgumentException | MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static boolean isFinite(JsonNode value) {
        if (value.isContainerNode()) return value.valueStream().allMatch(TableRules::isFinite);
        return !value.isNumber() || !(value.isDouble() || value.isFloat()) || Double.isFinite(value.doubleValue());
    }

    private static ObjectNode publicArgs(ObjectNode args) {
        args.properties().removeIf(arg -> arg.getKey().startsWith(PRIVATE_ARGS));
        return args;
    }

    private static boolean isWorkers(JsonNode count) {
        return Rules.wholeNumber(count, 0, MOST_WORKERS_OF_A_HOST).isPresent();
    }

    private static ObjectNode wholeCounts(JsonNode workers) {
        ObjectNode whole = Json.object();
        for (Map.Entry<String, JsonNode> host : workers.properties())
            whole.put(host.getKey(), host.getValue().intValue());
        return whole;
    }

    private static boolean matches(Pattern pattern, JsonNode value) {
        return value.isTextual() && pattern.matcher(value.textValue()).matches();
    }

    private static Predicate<JsonNode> eachEntry(BiPredicate<String, JsonNode> right) {
        return value -> value.isObject()
                && value.properties().stream().allMatch(entry -> right.test(entry.getKey(), entry.getValue()));
    }

    private static Predicate<JsonNode> eachElement(Predicate<JsonNode> right) {
        return value -> value.isArray() && value.valueStream().allMatch(right);
    }
}
