package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void simulated_worlds_are_run_and_counted() {
        PrintStream told = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(SoakMain.run(List.of("--seeds", "5..24"), told, told)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("commit " + Revision.ofThis(), "20 worlds", "0 lost", "0 broken promises");
    }

    @Test
    void how_far_a_long_run_is_is_said_at_once() {
        PrintStream buffered = new PrintStream(new BufferedOutputStream(out), false, StandardCharsets.UTF_8);
        assertThat(SoakMain.run(List.of("--seeds", "3"), new PrintStream(OutputStream.nullOutputStream()), buffered))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("3 of 3 worlds");
    }

    /** It went on for minutes, two worlds at a time. */
    @Test
    void a_search_that_is_broken_off_ends_and_says_what_it_has_found() {
        PrintStream told = new PrintStream(out, true, StandardCharsets.UTF_8);
        Thread.currentThread().interrupt();
        assertThat(SoakMain.run(List.of("--seeds", "1..1000000"), told, told)).isEqualTo(1);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("0 worlds", "broken off");
    }
}
