package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two pages name a test for each thing that others do and we do otherwise: docs/reference/agilab-compatibility.md and
 * docs/reference/rpc-differences.md. Those tests are there.
 */
class CompatibilityPageTest {
    private static final String AGILAB = "agilab-compatibility.md";
    private static final String CONDUCTOR = "rpc-differences.md";

    private static final Pattern NAMED = Pattern.compile("\\b([A-Z]\\w*(?:Test|Contract))(?:\\.([a-z]\\w+))?");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+)[a-z]? \\|.*$");
    private static final int WEAK_POINTS = 29;
    private static final int BEHAVIOURS = 60;

    private final Tree tree = Tree.ofThisBuild();
    private final List<Path> files = tree.files();

    private String page(String name) throws IOException {
        return Files.readString(tree.root().resolve("docs/reference").resolve(name));
    }

    private static List<MatchResult> in(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().toList();
    }

    /** The numbers of the rows, each of which names a test; 10a counts as 10. */
    private List<Integer> numbersIn(String page) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (MatchResult row : in(page(page), ROW)) {
            numbers.add(Integer.parseInt(row.group(1)));
            assertThat(in(row.group(), NAMED)).as(row.group()).isNotEmpty();
        }
        return numbers;
    }

    @Test
    void every_weak_point_has_a_row_with_a_test() throws IOException {
        assertThat(numbersIn(AGILAB)).hasSize(WEAK_POINTS).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void every_behaviour_of_the_conductor_has_a_row_with_a_test() throws IOException {
        List<Integer> numbers = numbersIn(CONDUCTOR);
        assertThat(numbers).isSorted();
        assertThat(numbers.stream().distinct())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, BEHAVIOURS).boxed().toList());
    }

    @Test
    void every_test_that_a_page_names_exists() throws IOException {
        assertThat(existing(in(page(AGILAB), NAMED))).isGreaterThan(WEAK_POINTS);
        List<MatchResult> ofConductor = in(page(CONDUCTOR), NAMED);
        assertThat(ofConductor)
                .allSatisfy(named -> assertThat(named.group(2))
                        .as("the method of %s", named.group())
                        .isNotNull());
        assertThat(existing(ofConductor)).isGreaterThan(BEHAVIOURS);
    }

    private int existing(List<MatchResult> named) throws IOException {
        for (MatchResult one : named) {
            List<String> sources = sourcesOf(one.group(1));
            assertThat(sources).as("sources of %s", one.group(1)).isNotEmpty();
            if (one.group(2) != null)
                assertThat(sources).as("%s", one.group()).anyMatch(source -> isTest(one.group(2), source));
        }
        return named.size();
    }

    /** Between its annotation and its name there is no other method. */
    private static boolean isTest(String method, String source) {
        int name = source.indexOf("void " + method + "(");
        if (name < 0) return false;
        String before = source.substring(0, name);
        int annotation = Math.max(before.lastIndexOf("@Test"), before.lastIndexOf("@ParameterizedTest"));
        return annotation >= 0 && !before.substring(annotation).contains("\n    }\n");
    }

    /** An app may have a test of the same name. */
    private List<String> sourcesOf(String type) throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path file : files) if (file.endsWith(type + ".java")) sources.add(Files.readString(file));
        return sources;
    }
}
