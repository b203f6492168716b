package dev.millrace.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
    private final ByteBudget budget = ByteBudget.of(4 << 20);
    private final Lines lines = Lines.upTo(1_000_000, budget);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(@Nullable Line line) {
        if (!(line instanceof Line.Text text))
            return line == null ? "none" : line.getClass().getSimpleName();
        ByteBuffer bytes = text.bytes();
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private List<String> all(Lines from) {
        List<String> found = new ArrayList<>();
        for (Line line = from.next(); line != null; line = from.next()) found.add(shown(line));
        return found;
    }

    @Test
    void lines_end_with_a_newline_and_may_have_a_carriage_return_before_it() {
        lines.feed(bytes("one\ntwo\r\n\n\r\nbegun"));

        assertThat(all(lines)).containsExactly("one", "two", "", "");
        assertThat(shown(lines.rest())).isEqualTo("begun");
        assertThat(lines.rest()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void however_the_bytes_are_cut_the_lines_are_the_same(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> expected = new ArrayList<>();
        StringBuilder flow = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String line = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 20_000 : 50)) + i;
            expected.add(line);
            flow.append(line).append('\n');
        }
        List<String> found = new ArrayList<>();
        for (int at = 0; at < flow.length(); ) {
            int to = Math.min(flow.length(), at + 1 + random.nextInt(9_000));
            lines.feed(bytes(flow.substring(at, to)));
            found.addAll(all(lines));
            at = to;
        }

        assertThat(found).isEqualTo(expected);
        assertThat(lines.kept()).isZero();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void the_limit_counts_the_newline() {
        Lines ten = Lines.upTo(10, budget);
        ten.feed(bytes("123456789\n1234567890\nnext\n"));

        assertThat(all(ten)).containsExactly("123456789", "TooLong", "next");
    }

    @Test
    void a_line_that_goes_on_beyond_the_limit_is_said_once_and_passed_over() {
        Lines ten = Lines.upTo(10, budget);
        ten.feed(bytes("1234567890"));
        assertThat(all(ten)).containsExactly("TooLong");
        ten.feed(bytes("and so on"));
        assertThat(all(ten)).isEmpty();
        assertThat(ten.kept()).isZero();
        ten.feed(bytes("\nnext\n"));
        assertThat(all(ten)).containsExactly("next");
    }

    @Test
    void a_line_without_an_end_is_found_to_be_endless() {
        Lines ten = Lines.upTo(10, budget);
        for (int i = 0; i < 10; i++) {
            ten.feed(bytes("1234567890"));
            all(ten);
        }

        assertThat(ten.isEndless()).isTrue();
    }

    @Test
    void a_large_line_keeps_its_bytes_and_its_share_of_the_budget_until_it_is_given_back() {
        String large = "y".repeat(900_000);
        lines.feed(bytes(large + "\n" + "next"));
        Line.Text line = (Line.Text) Objects.requireNonNull(lines.next());
        lines.feed(bytes(" comes\n"));

        assertThat(shown(line)).isEqualTo(large);
        assertThat(all(lines)).containsExactly("next comes");
        assertThat(line.reserved()).isBetween(900_000L, 1_300_000L).isEqualTo(budget.taken());
    }

    @Test
    void without_memory_a_large_line_is_refused_and_short_ones_are_not() {
        assertThat(budget.take(4 << 20)).isTrue();
        lines.feed(bytes("z".repeat(900_000)));
        assertThat(all(lines)).containsExactly("NoRoom");
        lines.feed(bytes("zz\nshort\n"));

        assertThat(all(lines)).containsExactly("short");
    }

    @Test
    void whole_lines_that_wait_before_a_refused_one_are_handed_out_before_it_is_said() {
        assertThat(budget.take(4 << 20)).isTrue();
        lines.feed(bytes("first\nsecond\n"));
        lines.feed(bytes("z".repeat(900_000) + "\nlast\n"));

        assertThat(all(lines)).containsExactly("first", "second", "NoRoom", "last");
    }

    @Test
    void a_flood_of_empty_lines_for_which_there_is_no_room_is_passed_over_in_one_go() {
        assertThat(budget.take(4 << 20)).isTrue();
        lines.feed(bytes("whole\n".repeat(40_000)));
        lines.feed(bytes("\n".repeat(900_000)));

        List<String> all = all(lines);
        assertThat(all.subList(0, 40_000)).containsOnly("whole");
        assertThat(all.get(40_000)).isEqualTo("NoRoom");
        assertThat(all.subList(40_001, all.size())).containsOnly("");
    }

    @Test
    void what_is_dropped_is_given_back() {
        lines.feed(bytes("z".repeat(900_000)));
        assertThat(budget.taken()).isPositive();
        lines.drop();

        assertThat(budget.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 200_000, 400_000})
    void a_short_line_that_is_begun_does_not_keep_what_the_ones_before_it_took(int before) {
        BoundedLines own = new BoundedLines(1_000_000, budget);
        own.feed(bytes("x".repeat(before / 2) + "\n" + "y".repeat(before / 2) + "\nbegun"));
        assertThat(all(own)).hasSize(2);

        assertThat(own.room()).isLessThanOrEqualTo(BoundedLines.ROOMY);
        assertThat(budget.taken()).isZero();
        own.feed(bytes(" and ended\n"));
        assertThat(all(own)).containsExactly("begun and ended");
    }
}
