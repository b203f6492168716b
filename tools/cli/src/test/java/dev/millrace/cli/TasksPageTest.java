package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the examples of docs/reference/tasks.md, each section by itself in a copy of the tree, see {@link Page}. A section
 * begins with {@code ## } and makes, starts and stops an app of its own.
 */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
class TasksPageTest {
    private static final Path PAGE = Path.of("../../docs/reference/tasks.md");
    private static final String HEADING = "## ";

    @TempDir
    Path folder;

    static List<String> sections() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith(HEADING))
                .map(line -> line.substring(HEADING.length()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void each_section_has_an_example_that_does_what_it_says(String section) throws Exception {
        List<Page.Block> blocks = Page.blocks(linesOf(section));
        assertThat(blocks)
                .as("what is run, and what is seen")
                .extracting(Page.Block::language)
                .contains("sh", "text");
        try (Page page = Page.followedFastIn(folder)) {
            page.follow(blocks);
        }
    }

    private static List<String> linesOf(String section) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int start = lines.indexOf(HEADING + section);
        return lines.subList(start + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith(HEADING))
                .toList();
    }
}
