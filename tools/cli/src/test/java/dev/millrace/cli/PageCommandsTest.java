package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class PageCommandsTest {
    private static final List<Page.Block> COMMANDS = List.of(new Page.Block("sh", "", List.of("""
                    ./millrace tasks --app 'two  words' || echo "code $?"
                    ./millrace tasks --id 'two
                    lines' --limit 0 || echo "code $?"
                    ./millrace help tasks | head -3
                    ./millrace nonsense 2>/dev/null || echo "code $?"
                    cd home
                    ../millrace validate no-such-file.json || echo "code $?"
                    """)));

    @TempDir
    Path folder;

    private static String shownBy(Page page, Path folder) throws Exception {
        try (page) {
            page.follow(COMMANDS);
            return page.seen().replace(folder.toString(), "FOLDER");
        }
    }

    @Test
    void commands_show_the_same_in_this_process_as_in_processes_of_their_own() throws Exception {
        Path slow = Files.createDirectory(folder.resolve("slow")).toRealPath();
        Path fast = Files.createDirectory(folder.resolve("fast")).toRealPath();
        String shown = shownBy(Page.followedFastIn(fast), fast);
        assertThat(shown).contains("code 64").isEqualTo(shownBy(Page.followedIn(slow), slow));
    }
}
