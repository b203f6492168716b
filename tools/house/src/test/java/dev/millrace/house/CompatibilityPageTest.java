package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/reference/agilab-compatibility.md names a test for each mended weak point; those tests are there. */
class CompatibilityPageTest {
    private static final Pattern NAMED = Pattern.compile("\\b([A-Z]\\w*(?:Test|Contract))(?:\\.([a-z]\\w+))?");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");
    private static final int WEAK_POINTS = 29;

    private final Tree tree = Tree.ofThisBuild();

    private String page() throws IOException {
        return Files.readString(tree.root().resolve("docs/reference/agilab-compatibility.md"));
    }

    @Test
    void every_weak_point_has_a_row_with_a_test() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        Matcher rows = ROW.matcher(page());
        while (rows.find()) {
            numbers.add(Integer.parseInt(rows.group(1)));
            assertThat(NAMED.matcher(rows.group()).find()).as(rows.group()).isTrue();
        }
        assertThat(numbers).hasSize(WEAK_POINTS).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void every_test_that_it_names_exists() throws IOException {
        Matcher named = NAMED.matcher(page());
        int count = 0;
        while (named.find()) {
            count++;
            String source = sourceOf(named.group(1));
            if (named.group(2) != null)
                assertThat(source).as("%s", named.group()).contains("void " + named.group(2) + "(");
        }
        assertThat(count).isGreaterThan(WEAK_POINTS);
    }

    private String sourceOf(String type) throws IOException {
        List<Path> files = tree.files().stream()
                .filter(file -> file.endsWith(type + ".java"))
                .toList();
        assertThat(files).as("a source file of %s", type).hasSize(1);
        return Files.readString(files.get(0));
    }
}
