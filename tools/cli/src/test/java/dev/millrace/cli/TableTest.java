package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How things look. */
class TableTest {
    private static final Terminal WIDE = new Terminal(true, false, 80);

    private static Table tasks() {
        return new Table("ID", "STATE", ">SIZE", "REMARK")
                .row("first", "done", 7, "")
                .row("second-one", "failed", 12345, "a long remark that goes on and on");
    }

    @Test
    void columns_are_aligned_and_lines_end_where_their_text_does() {
        assertThat(tasks().text(Terminal.none()).lines())
                .containsExactly(
                        "ID          STATE    SIZE  REMARK",
                        "first       done        7",
                        "second-one  failed  12345  a long remark that goes on and on");
    }

    @Test
    void a_pipe_cuts_nothing_and_a_terminal_cuts_the_widest_text() {
        String narrow = tasks().text(new Terminal(true, false, 40));
        assertThat(narrow.lines()).allMatch(line -> line.length() <= 40);
        assertThat(narrow).contains("second-one  failed  12345  a long rema..");
    }

    @Test
    void a_name_is_never_cut_because_it_is_typed_again() {
        String tiny = tasks().text(new Terminal(true, false, 24));
        assertThat(tiny.lines())
                .containsExactly(
                        "first",
                        "  state done, size 7",
                        "second-one",
                        "  state failed",
                        "  size 12345",
                        "  remark a long remark",
                        "    that goes on and on");
    }

    @Test
    void only_colours_tell_a_coloured_table_from_a_plain_one() {
        String coloured = tasks().text(new Terminal(true, true, 80));
        assertThat(coloured).contains("\u001b[31mfailed\u001b[0m", "\u001b[32mdone");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "").lines().map(String::stripTrailing))
                .containsExactlyElementsOf(tasks().text(WIDE).lines().toList());
    }

    @Test
    void a_strangers_text_cannot_move_the_cursor_or_break_the_line() {
        assertThat(new Table("ID").row("a\u001b[2Jb\nc\rd\te\u0085").text(WIDE)).isEqualTo("ID\na?[2Jb c?d e?\n");
    }

    @Test
    void wide_signs_take_two_columns_and_marks_none() {
        assertThat(TextWidth.of("日本")).isEqualTo(4);
        assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
        assertThat(TextWidth.cut("日本語", 5, "..")).isEqualTo("日..");
        assertThat(TextWidth.cut("short", 5, "..")).isEqualTo("short");
    }

    @Test
    void lengths_of_time_and_amounts_are_for_people() {
        assertThat(Shown.seconds(0.0214)).isEqualTo("0.021 s");
        assertThat(Shown.seconds(12.34)).isEqualTo("12.3 s");
        assertThat(Shown.seconds(61)).isEqualTo("1 min 01 s");
        assertThat(Shown.seconds(3_600 * 5 + 60 * 7)).isEqualTo("5 h 07 min");
        assertThat(Shown.seconds(86_400 * 4 + 3_600)).isEqualTo("4 d 1 h");
        assertThat(Shown.bytes(999)).isEqualTo("999 B");
        assertThat(Shown.bytes(1_234)).isEqualTo("1.2 kB");
        assertThat(Shown.bytes(240_000_000)).isEqualTo("240 MB");
        assertThat(Shown.count(1, "file")).isEqualTo("1 file");
    }

    @Test
    void the_bar_fits_its_line_at_every_width() {
        assertThat(ProgressBar.line(2, 4, "2/4 files", 33)).isEqualTo("[##########..........] 2/4 files");
        for (int columns = 20; columns < 120; columns++)
            assertThat(ProgressBar.line(3, 5, "3/5 files  12.0 s", columns)).hasSizeLessThan(columns);
        assertThat(ProgressBar.line(0, 0, "", 30)).startsWith("[###");
    }

    @Test
    void a_terminal_is_what_its_variables_say() {
        assertThat(Terminal.of(Map.of("TERM", "xterm", "COLUMNS", "132"))).isEqualTo(new Terminal(true, true, 132));
        assertThat(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isEqualTo(new Terminal(true, false, 80));
        assertThat(Terminal.of(Map.of("TERM", "dumb", "COLUMNS", "x"))).isEqualTo(new Terminal(false, false, 80));
        assertThat(Terminal.of(Map.of("TERM", "xterm", "COLUMNS", "1")).columns())
                .isEqualTo(20);
    }

    @Test
    void the_nearest_word_is_only_named_when_it_is_near() {
        assertThat(Nearest.to("stauts", Commands.words())).contains("status");
        assertThat(Nearest.to("log", Commands.words())).contains("logs");
        assertThat(Nearest.to("frobnicate", Commands.words())).isEmpty();
    }
}
