package dev.millrace.health;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of the text exposition format 0.0.4, for tests: each metric has one HELP and one TYPE before its
 * samples, its samples stand together, names and labels are well formed, escapes are known, no sample occurs twice, and
 * the text ends with one newline.
 */
final class ExpositionParser {
    private static final Pattern HEADER = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{(.*)\\} (\\S+)", Pattern.UNIX_LINES);
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    record Sample(String name, Map<String, String> labels, double value, String written) {}

    private final List<Sample> samples = new ArrayList<>();
    private final Set<String> finished = new HashSet<>();
    private String helped = "";
    private String typed = "";

    static List<Sample> parse(String text) {
        require(text.endsWith("\n") && !text.endsWith("\n\n"), "must end with one newline", text);
        ExpositionParser parser = new ExpositionParser();
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) parser.line(line);
        return parser.samples;
    }

    private void line(String line) {
        Matcher header = HEADER.matcher(line);
        if (header.matches()) header(header.group(1), header.group(2), header.group(3));
        else sample(line);
    }

    private void header(String what, String name, String text) {
        if (what.equals("HELP")) {
            require(finished.add(name), "a second HELP", name);
            helped = name;
            return;
        }
        require(helped.equals(name) && !typed.equals(name), "TYPE does not follow its HELP", name);
        require(Set.of("gauge", "counter", "summary", "histogram", "untyped").contains(text), "unknown type", text);
        typed = name;
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), "neither header nor sample", line);
        require(sample.group(1).equals(typed), "stands outside its metric", line);
        Map<String, String> labels = labels(sample.group(2));
        boolean twice = samples.stream()
                .anyMatch(s -> s.name().equals(typed) && s.labels().equals(labels));
        require(!twice, "the same sample twice", line);
        samples.add(new Sample(typed, labels, Double.parseDouble(sample.group(3)), sample.group(3)));
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            require(label.find(at) && label.start() == at, "bad label at " + at, text);
            require(labels.put(label.group(1), unescaped(label.group(2))) == null, "the same label twice", text);
            at = label.end();
        }
        require(!text.endsWith(","), "a comma at the end", text);
        return labels;
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') plain.append(c);
            else plain.append(text.charAt(++i) == 'n' ? '\n' : text.charAt(i));
        }
        return plain.toString();
    }

    private static void require(boolean condition, String problem, String where) {
        if (!condition) throw new AssertionError(problem + ": " + where);
    }
}
