package dev.millrace.app.mycode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the submitter asks for. Everything but the file may also stand in {@code [service.args]}, as the default of all
 * tasks.
 *
 * @param file relative to the app's folder, or absolute
 * @param delimiter empty to take the one that the first line uses most
 * @param top how many of the most frequent values are shown for a column, 0 to {@value #MOST_TOP}
 * @param maxRows how many good rows are read
 * @param missing the texts that stand for a missing value; the empty text always does
 */
record ProfileArgs(String file, Optional<Character> delimiter, int top, long maxRows, Set<String> missing) {
    static final int MOST_TOP = 50;
    static final int DEFAULT_TOP = 5;
    static final Set<String> DEFAULT_MISSING = Set.of("NA", "NaN", "nan", "null", "NULL");
    private static final List<String> KNOWN = List.of("file", "delimiter", "top", "max_rows", "missing");

    /** @throws IllegalArgumentException naming the argument that is missing, unknown or wrong */
    static ProfileArgs of(ObjectNode args, ObjectNode serviceArgs) {
        for (Map.Entry<String, JsonNode> given : args.properties()) refuseUnknown(given.getKey());
        ObjectNode all = serviceArgs.deepCopy();
        all.remove("file");
        all.setAll(args);
        return new ProfileArgs(file(all), delimiter(all), top(all), maxRows(all), missing(all));
    }

    private static void refuseUnknown(String name) {
        if (KNOWN.contains(name)) return;
        String nearest = KNOWN.stream()
                .min(Comparator.comparingInt(known -> EditDistance.between(name, known)))
                .orElseThrow();
        throw wrong(name, "is not known; did you mean '" + nearest + "'? Known are " + String.join(", ", KNOWN));
    }

    private static String file(ObjectNode args) {
        JsonNode file = args.path("file");
        if (file.isTextual() && !file.textValue().isBlank()) return file.textValue();
        throw wrong(
                "file", "must be the path of a CSV file, as in {\"file\": \"data/airports.csv\"}, not " + shown(file));
    }

    private static Optional<Character> delimiter(ObjectNode args) {
        JsonNode given = args.path("delimiter");
        if (given.isMissingNode()) return Optional.empty();
        String text = given.asText().equals("tab") ? "\t" : given.asText();
        boolean right = given.isTextual() && text.length() == 1 && "\"\r\n\0".indexOf(text.charAt(0)) < 0;
        if (right && !Character.isSurrogate(text.charAt(0))) return Optional.of(text.charAt(0));
        throw wrong("delimiter", "must be one character, no quote and no line end, or \"tab\", not " + shown(given));
    }

    private static int top(ObjectNode args) {
        return (int) whole(args, "top", 0, MOST_TOP, DEFAULT_TOP);
    }

    private static long maxRows(ObjectNode args) {
        return whole(args, "max_rows", 1, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private static long whole(ObjectNode args, String name, long least, long most, long otherwise) {
        JsonNode given = args.path(name);
        if (given.isMissingNode()) return otherwise;
        boolean right = given.isIntegralNumber() && given.canConvertToLong();
        if (right && given.longValue() >= least && given.longValue() <= most) return given.longValue();
        throw wrong(name, "must be a whole number from " + least + " to " + most + ", not " + shown(given));
    }

    private static Set<String> missing(ObjectNode args) {
        JsonNode given = args.path("missing");
        if (given.isMissingNode()) return DEFAULT_MISSING;
        List<String> texts = new ArrayList<>();
        for (JsonNode text : given) if (text.isTextual()) texts.add(text.textValue());
        if (given.isArray() && texts.size() == given.size()) return Set.copyOf(texts);
        throw wrong("missing", "must be a list of texts, as in [\"NA\", \"-\"], not " + shown(given));
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "absent" : ShownText.of(value.toString());
    }

    private static IllegalArgumentException wrong(String name, String problem) {
        return new IllegalArgumentException("argument '" + ShownText.of(name) + "' " + problem);
    }
}
