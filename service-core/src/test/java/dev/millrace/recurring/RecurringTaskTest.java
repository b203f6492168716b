package dev.millrace.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.task.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recurring task may be, in Java and in the form of TOML and JSON. */
class RecurringTaskTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static JsonNode json(String text) throws MalformedJsonException {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static RecurringTask read(String text) throws MalformedJsonException {
        return RecurringTask.fromJson("r", json(text));
    }

    private static RecurringTask every(String length) throws MalformedJsonException {
        return read("{'every': '" + length + "', 'kind': 'k'}");
    }

    @Test
    void intervals_are_counted_from_1970_so_every_life_of_the_service_finds_the_same_times() throws Exception {
        RecurringTask task = every("15m");
        assertThat(task.after(NOON)).contains(NOON.plusSeconds(900));
        assertThat(task.after(NOON.minusNanos(1))).contains(NOON);
        assertThat(task.after(NOON.plusSeconds(899).plusNanos(5))).contains(NOON.plusSeconds(900));
        assertThat(every("1d").after(NOON)).contains(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(every("1s").after(NOON)).contains(NOON.plusSeconds(1));
    }

    @Test
    void intervals_are_counted_from_the_start_where_there_is_one() throws Exception {
        RecurringTask task = every("1h").start(NOON.plusSeconds(60));
        assertThat(task.after(NOON.minus(Duration.ofDays(9)))).contains(NOON.plusSeconds(60));
        assertThat(task.after(NOON.plusSeconds(60))).contains(NOON.plusSeconds(3_660));
    }

    @Test
    void no_due_time_lies_before_the_start_or_after_the_end() throws Exception {
        RecurringTask task = read("{'cron': '0 * * * *', 'kind': 'k', 'zone': 'Europe/Berlin',"
                + " 'start': '2026-01-01T12:30:00+01:00', 'end': '2026-01-01 15:00:00'}");
        assertThat(task.start()).contains(Instant.parse("2026-01-01T11:30:00Z"));
        assertThat(task.end()).contains(Instant.parse("2026-01-01T14:00:00Z"));
        assertThat(task.after(Instant.EPOCH)).contains(NOON);
        assertThat(task.after(NOON.plusSeconds(3_600))).contains(NOON.plusSeconds(7_200));
        assertThat(task.after(NOON.plusSeconds(7_200))).isEmpty();
        assertThat(read("{'every': '1m', 'kind': 'k', 'start': '2026-07-01'}").start())
                .contains(Instant.parse("2026-07-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "90s, 1m30s",
        "15m, 15m",
        "1h30m, 1h30m",
        "2d, 2d",
        "1d2h3m4s, 1d2h3m4s",
        "3600s, 1h",
        "24H, 1d",
        "3650d, 3650d"
    })
    void lengths_are_read_as_people_write_them(String given, String shown) throws Exception {
        assertThat(every(given).schedule().text()).isEqualTo("every " + shown);
    }

    @Test
    void a_length_may_be_a_number_of_seconds() throws Exception {
        assertThat(read("{'every': 90, 'kind': 'k'}")).isEqualTo(every("90s"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'every':'0s','kind':'k'}|every must be whole seconds, from 1s to 3650d, not 0s",
                "{'every':'-5m','kind':'k'}|every must be whole seconds, from 1s to 3650d, not -5m",
                "{'every':-1,'kind':'k'}|every must be whole seconds, from 1s to 3650d, not -1s",
                "{'every':'3651d','kind':'k'}|every must be whole seconds, from 1s to 3650d",
                "{'every':0.5,'kind':'k'}|every must be a length such as",
                "{'every':'soon','kind':'k'}|every must be a length such as",
                "{'every':'','kind':'k'}|every must be a length such as",
                "{'every':'5','kind':'k'}|every must be a length such as",
                "{'every':'1m'}|kind must be given",
                "{'every':'1m','kind':''}|kind must be the name of a handler's kind, not \"\"",
                "{'every':'1m','kind':7}|kind must be the name",
                "{'kind':'k'}|cron or every must say when it is due",
                "{'cron':'@daily','every':'1m','kind':'k'}|every cannot stand beside cron",
                "{'cron':5,'kind':'k'}|cron must be text",
                "{'cron':'0 0 31 2 *','kind':'k'}|cron '0 0 31 2 *' never comes",
                "{'cron':'@daily','kind':'k','zone':'Europe/Berln'}|zone must be a time zone such as \"Europe/Berlin\" or \"UTC\", not \"Europe/Berln\"",
                "{'cron':'@daily','kind':'k','zone':''}|zone must be a time zone",
                "{'every':'1m','kind':'k','overlap':'wait'}|overlap must be \"skip\", \"queue\" or \"allow\", not \"wait\"",
                "{'every':'1m','kind':'k','catch_up':true}|catch_up must be \"none\", \"last\" or \"all\", not true",
                "{'every':'1m','kind':'k','catch_up_max':0}|catch_up_max must be a whole number from 1 to 10000, not 0",
                "{'every':'1m','kind':'k','catch_up_max':2.5}|catch_up_max must be a whole number",
                "{'every':'1m','kind':'k','jitter':'-1s'}|jitter must be whole seconds, from 0s to 1d",
                "{'every':'1m','kind':'k','jitter':'25h'}|jitter must be whole seconds, from 0s to 1d",
                "{'every':'1m','kind':'k','start':'tomorrow'}|start must be a date, or a date and time",
                "{'every':'1m','kind':'k','start':'2026-01-02','end':'2026-01-01'}|end leaves no due time between start and end",
                "{'cron':'0 0 29 2 *','kind':'k','start':'2026-01-01','end':'2027-12-31'}|end leaves no due time",
                "{'every':'1m','kind':'k','args':[1]}|args must be a table, not [1]",
                "{'every':'1m','kind':'k','task':{'task_id':'x'}}|task must not hold task_id",
                "{'every':'1m','kind':'k','task':{'kind':'x'}}|task must not hold kind",
                "{'every':'1m','kind':'k','task':{'unique_key':'x'}}|task must not hold unique_key; overlap says",
                "{'every':'1m','kind':'k','task':{'priority':12}}|task cannot be submitted: key 'priority' must be a whole number from 0 to 9, not 12",
                "{'every':'1m','kind':'k','cronn':'x'}|cronn is not known; there are cron, every",
                "[1]|must be a table, not [1]"
            })
    void what_cannot_be_is_refused_naming_key_and_value(String text, String problem) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessageStartingWith("recurring task 'r'" + (problem.startsWith("must") ? " " : ": ") + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "a.b", "-a", "ä"})
    void a_name_must_fit_into_ids_and_file_names(String name) {
        assertThatThrownBy(() -> RecurringTask.of(name, Schedule.every(Duration.ofDays(1)), Task.of("k")))
                .isInstanceOf(InvalidRecurringException.class)
                .hasMessageContaining("name must be 1 to 64 letters");
        String longest = "x".repeat(64);
        assertThat(RecurringTask.of(longest, Schedule.every(Duration.ofDays(1)), Task.of("k"))
                        .name())
                .isEqualTo(longest);
    }

    @Test
    void by_api_a_task_must_have_a_kind_and_no_id() {
        Schedule daily = Schedule.every(Duration.ofDays(1));
        assertThatThrownBy(() -> RecurringTask.of("r", daily, Task.ofDefaultKind()))
                .hasMessageContaining("kind must be given");
        assertThatThrownBy(() -> RecurringTask.of("r", daily, Task.of("k").id("x")))
                .hasMessageContaining("must have no id");
        assertThatThrownBy(() -> Schedule.every(Duration.ofMillis(1_500)))
                .hasMessageContaining("must be whole seconds, from 1s to 3650d, not 1.5s");
    }

    @Test
    void the_form_of_json_is_read_back_as_the_same_task() {
        RecurringTask full = RecurringTask.of(
                        "full",
                        Schedule.cron(" 0  3 * * * ", ZoneId.of("Europe/Berlin")),
                        Task.of("report").args(Map.of("day", "yesterday")).priority(7))
                .overlap(Overlap.QUEUE)
                .catchUp(CatchUp.all(5))
                .jitter(Duration.ofSeconds(90))
                .start(NOON)
                .end(NOON.plus(Duration.ofDays(9)));
        assertThat(full.toJson().toString())
                .contains("\"cron\":\"0 3 * * *\"", "\"task\":{\"priority\":7}", "\"jitter\":\"1m30s\"");
        assertThat(RecurringTask.fromJson("full", full.toJson())).isEqualTo(full);
        RecurringTask plain = RecurringTask.of("plain", Schedule.every(Duration.ofMinutes(1)), Task.of("k"));
        assertThat(RecurringTask.fromJson("plain", plain.toJson())).isEqualTo(plain);
        assertThat(plain.overlap()).isEqualTo(Overlap.SKIP);
        assertThat(plain.catchUp()).isEqualTo(CatchUp.last());
    }

    @Test
    void the_latest_due_times_are_found_from_the_near_end() throws Exception {
        RecurringTask task = every("1s");
        Instant longAgo = NOON.minus(Duration.ofDays(3_650));
        assertThat(DueTimes.latest(task, longAgo, NOON, 1)).containsExactly(NOON);
        assertThat(DueTimes.latest(task, longAgo, NOON, 3))
                .containsExactly(NOON.minusSeconds(2), NOON.minusSeconds(1), NOON);
        assertThat(DueTimes.latest(task, NOON.minusSeconds(2), NOON, 9)).containsExactly(NOON.minusSeconds(1), NOON);
        assertThat(DueTimes.latest(task, NOON, NOON, 9)).isEmpty();
        assertThat(DueTimes.latest(task, NOON.plusSeconds(5), NOON, 9)).isEmpty();
        RecurringTask yearly = read("{'cron': '0 0 29 2 *', 'kind': 'k'}");
        assertThat(DueTimes.latest(yearly, Instant.EPOCH, NOON, 2))
                .isEqualTo(List.of(Instant.parse("2020-02-29T00:00:00Z"), Instant.parse("2024-02-29T00:00:00Z")));
    }
}
