package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows docs/learning/first-app.md from top to bottom, see {@link Page}. */
@Order(1)
@Tag("once")
class FirstAppPageTest {
    private static final Path PAGE = Path.of("../../docs/learning/first-app.md");

    @TempDir
    Path folder;

    @Test
    void whoever_follows_the_page_has_an_app() throws Exception {
        List<Page.Block> blocks = Page.blocks(Files.readAllLines(PAGE));
        assertThat(blocks).hasSizeGreaterThan(15);
        try (Page page = Page.followedIn(folder)) {
            page.follow(blocks);
            try (var tasks = Files.list(page.home().resolve(".millrace/service/hello/queue/done"))) {
                assertThat(tasks).as("the results are where the page says").hasSize(2);
            }
        }
    }
}
