package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "'', abc, 3", "abc, '', 3", "same, same, 0", "flaw, lawn, 2"})
    void a_distance_counts_letters_added_dropped_or_changed(String from, String to, int distance) {
        assertThat(Spelling.distance(from, to)).isEqualTo(distance);
    }

    @Test
    void the_nearest_word_is_found_in_any_letter_case_and_ties_go_by_the_alphabet() {
        assertThat(Spelling.nearest("SLOT", List.of("stop", "slots"))).contains("slots");
        assertThat(Spelling.nearest("ac", List.of("ad", "ab"))).contains("ab");
        assertThat(Spelling.nearest("x", List.of())).isEmpty();
    }
}
