package dev.millrace.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Due times of cron expressions, above all where clocks are set. */
class CronScheduleTest {
    private static final String BERLIN = "Europe/Berlin";
    private static final String NEW_YORK = "America/New_York";

    private static List<String> dues(String expression, String zone, String after, int count) {
        Schedule schedule = Schedule.cron(expression, ZoneId.of(zone));
        List<String> found = new ArrayList<>();
        Instant moment = Instant.parse(after);
        while (found.size() < count) {
            Optional<Instant> due = schedule.after(moment, Instant.EPOCH);
            if (due.isEmpty()) break;
            assertThat(due.get()).isAfter(moment);
            moment = due.get();
            found.add(ZonedDateTime.ofInstant(moment, ZoneId.of(zone))
                    .toOffsetDateTime()
                    .toString());
        }
        return found;
    }

    @Test
    void a_fixed_hour_is_met_once_a_day_in_local_time_over_the_year() {
        assertThat(dues("0 3 * * *", BERLIN, "2026-03-27T12:00:00Z", 3))
                .containsExactly("2026-03-28T03:00+01:00", "2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00");
    }

    @Test
    void a_local_time_in_the_gap_is_due_right_after_it() {
        assertThat(dues("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
                .containsExactly("2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00");
        assertThat(dues("30 2 * * *", NEW_YORK, "2026-03-07T05:00:00Z", 3))
                .containsExactly("2026-03-07T02:30-05:00", "2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00");
    }

    @Test
    void several_local_times_in_one_gap_are_due_once_together() {
        assertThat(dues("0,20,40 2,3 * * *", BERLIN, "2026-03-29T00:30:00Z", 3))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00", "2026-03-29T03:40+02:00");
    }

    @Test
    void a_local_time_that_happens_twice_is_due_the_first_time_only() {
        assertThat(dues("30 2 * * *", BERLIN, "2026-10-24T00:00:00Z", 3))
                .containsExactly("2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(dues("30 1 * * *", NEW_YORK, "2026-10-31T05:00:00Z", 3))
                .containsExactly("2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00");
    }

    @Test
    void whoever_asks_within_the_second_pass_of_an_overlap_gets_the_next_day() {
        assertThat(dues("15,45 2 * * *", BERLIN, "2026-10-25T01:20:00Z", 1)).containsExactly("2026-10-26T02:15+01:00");
        assertThat(dues("15,45 2 * * *", BERLIN, "2026-10-25T00:20:00Z", 2))
                .containsExactly("2026-10-25T02:45+02:00", "2026-10-26T02:15+01:00");
    }

    @Test
    void every_hour_goes_on_through_gap_and_overlap() {
        assertThat(dues("0 * * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00", "2026-03-29T05:00+02:00");
        assertThat(dues("0 * * * *", BERLIN, "2026-10-24T23:30:00Z", 4))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T03:00+01:00",
                        "2026-10-25T04:00+01:00");
        assertThat(dues("0 * * * *", NEW_YORK, "2026-11-01T04:30:00Z", 3))
                .containsExactly("2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00", "2026-11-01T02:00-05:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*/1", "0-23", "0-23/1"})
    void each_way_to_write_every_hour_goes_on_when_clocks_go_back(String hours) {
        assertThat(dues("30 " + hours + " * * *", BERLIN, "2026-10-25T00:00:00Z", 3))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {BERLIN, "Australia/Lord_Howe", "Asia/Kathmandu"})
    void every_ten_minutes_never_pauses_nor_bunches_up(String zone) {
        Schedule schedule = Schedule.cron("*/10 * * * *", ZoneId.of(zone));
        Instant moment = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < 60_000; i++) {
            Instant next = schedule.after(moment, Instant.EPOCH).orElseThrow();
            if (i > 0)
                assertThat(Duration.between(moment, next)).as("after " + moment).isEqualTo(Duration.ofMinutes(10));
            moment = next;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {BERLIN, NEW_YORK, "Australia/Lord_Howe", "Europe/London"})
    void a_time_of_day_is_met_once_on_each_day_of_three_years(String zone) {
        for (String time : List.of("0 0", "30 1", "0 2", "15 2", "59 2"))
            assertThat(dues(time + " * * *", zone, "2020-01-01T12:00:00Z", 1_096).stream()
                            .map(due -> due.substring(0, 10))
                            .distinct())
                    .as(time)
                    .hasSize(1_096);
    }

    @Test
    void day_of_month_and_day_of_week_are_met_each_by_itself() {
        assertThat(dues("0 0 13 * 5", "UTC", "2026-01-08T12:00:00Z", 3))
                .containsExactly("2026-01-09T00:00Z", "2026-01-13T00:00Z", "2026-01-16T00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "@hourly, 2026-01-01T13:00Z",
        "@daily, 2026-01-02T00:00Z",
        "@midnight, 2026-01-02T00:00Z",
        "@weekly, 2026-01-04T00:00Z",
        "@monthly, 2026-02-01T00:00Z",
        "@Yearly, 2027-01-01T00:00Z",
        "@annually, 2027-01-01T00:00Z",
        "0 0 29 2 *, 2028-02-29T00:00Z",
        "'0  12  *  JAN,jul  MON-FRI', 2026-01-02T12:00Z",
        "0 0 * * 7, 2026-01-04T00:00Z"
    })
    void expressions_in_all_their_forms(String expression, String first) {
        assertThat(dues(expression, "UTC", "2026-01-01T12:00:00Z", 1)).containsExactly(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 31 2 *", "0 0 30 2 *", "* * 31 4,6,9,11 *"})
    void an_expression_that_never_comes_is_refused_with_the_reason(String expression) {
        assertThatThrownBy(() -> Schedule.cron(expression, ZoneId.of("UTC")))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessage("cron '" + expression + "' never comes: there is no such date in any year");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * *|contains 4 parts",
                "* * * * * *|contains 6 parts",
                "60 * * * *|value 60 not in range [0, 59]",
                "* 24 * * *|value 24 not in range [0, 23]",
                "20-10 * * * *|invalid range! [20,10]",
                "*/0 * * * *|period 0 not in range",
                "a b c d e|invalid chars",
                "@reboot|the short forms are @annually, @daily",
                "''|empty expression"
            })
    void an_expression_that_makes_no_sense_is_refused_with_the_reason(String expression, String reason) {
        assertThatThrownBy(() -> Schedule.cron(expression, ZoneId.of("UTC")))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessageStartingWith("cron '" + expression + "' ")
                .hasMessageContaining(reason);
    }

    /** The library against the rules as they stand in every manual, on random expressions. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_library_finds_what_looking_at_each_minute_finds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int n = 0; n < 25; n++) {
            RandomCron cron = RandomCron.drawn(random);
            LocalDues dues = LocalDues.of(cron.text());
            LocalDateTime from = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(2 * 365 * 1_440));
            for (int i = 0; i < 20; i++) {
                LocalDateTime found = dues.after(from).orElse(LocalDateTime.MAX);
                assertThat(found)
                        .as("seed " + seed + ": " + cron.text() + " after " + from)
                        .isEqualTo(cron.after(from));
                if (found.equals(LocalDateTime.MAX)) break;
                from = found;
            }
        }
    }

    /** Sets of values, drawn at random, and the text that names them. */
    private record RandomCron(String text, List<List<Integer>> fields) {
        private static final int[][] RANGES = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};

        static RandomCron drawn(SplittableRandom random) {
            List<String> texts = new ArrayList<>();
            List<List<Integer>> fields = new ArrayList<>();
            for (int[] range : RANGES) texts.add(field(random, range[0], range[1], fields));
            return new RandomCron(String.join(" ", texts), fields);
        }

        private static String field(SplittableRandom random, int low, int high, List<List<Integer>> fields) {
            List<Integer> values = new ArrayList<>();
            fields.add(values);
            int from = low + random.nextInt(high - low + 1);
            int to = from + random.nextInt(high - from + 1);
            int step = 1 + random.nextInt(Math.max(1, (high - low) / 2));
            switch (random.nextInt(5)) {
                case 0 -> {
                    for (int v = from; v <= to; v++) values.add(v);
                    return from + "-" + to;
                }
                case 1 -> {
                    for (int v = from; v <= to; v += step) values.add(v);
                    return from + "-" + to + "/" + step;
                }
                case 2 -> {
                    values.add(from);
                    if (to != from) values.add(to);
                    return to == from ? "" + from : from + "," + to;
                }
                default -> {
                    return "*";
                }
            }
        }

        private boolean has(int field, int value) {
            return fields.get(field).isEmpty() || fields.get(field).contains(value);
        }

        private boolean hasDay(LocalDateTime at) {
            boolean byMonth = has(2, at.getDayOfMonth());
            boolean byWeek = has(
                    4,
                    at.getDayOfWeek() == DayOfWeek.SUNDAY
                            ? 0
                            : at.getDayOfWeek().getValue());
            boolean both = !fields.get(2).isEmpty() && !fields.get(4).isEmpty();
            return both ? byMonth || byWeek : byMonth && byWeek;
        }

        LocalDateTime after(LocalDateTime moment) {
            LocalDateTime day = moment.toLocalDate().atStartOfDay();
            for (int days = 0; days < 366 * 9; days++, day = day.plusDays(1)) {
                if (!has(3, day.getMonthValue()) || !hasDay(day)) continue;
                for (int minute = 0; minute < 1_440; minute++) {
                    LocalDateTime at = day.plusMinutes(minute);
                    if (at.isAfter(moment) && has(1, at.getHour()) && has(0, at.getMinute())) return at;
                }
            }
            return LocalDateTime.MAX;
        }
    }
}
