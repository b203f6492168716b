package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page says what the tool does. What it says of the JSON file, {@link SmokeTest} holds against a real one. */
class PageTest {
    @Test
    void every_option_and_every_part_is_on_the_page() throws Exception {
        String help = new CommandLineReader(Path.of("."), Path.of(".")).help();
        Matcher option = Pattern.compile("--[a-z-]+").matcher(help);
        String page = Page.text();

        assertThat(option.results().map(found -> found.group()).filter(name -> !name.equals("--help")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page).contains("`" + name));
        for (String part : Part.words()) assertThat(page).contains("| `" + part + "` |");
    }
}
