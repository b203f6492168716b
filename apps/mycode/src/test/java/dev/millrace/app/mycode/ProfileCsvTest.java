package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskHandler;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileCsvTest {
    @TempDir
    Path app;

    private JsonNode profile(String... lines) throws Exception {
        return FakeTask.with(app, String.join("\n", lines) + "\n").run();
    }

    private JsonNode columnOf(String... values) throws Exception {
        return profile("c,n\n" + String.join(",1\n", values) + ",1").at("/columns/0");
    }

    @Test
    void workers_find_the_handler_by_its_kind() {
        List<TaskHandler> found = ServiceLoader.load(TaskHandler.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(handler -> handler instanceof ProfileCsv)
                .toList();
        assertThat(found).hasSize(1);
        assertThat(ProfileCsv.class.getAnnotation(Kind.class).value()).isEqualTo("profile-csv");
    }

    @Test
    void a_small_file_gives_the_profile_computed_by_hand() throws Exception {
        JsonNode profile = profile("fruit,weight", "apple,10", "pear,20", "apple,30", "fig,NA", "apple,45");
        String expected = """
                {"file":"given.csv","bytes":55,"complete":true,"delimiter":",","rows":5,"bad_rows":0,"first_bad_rows":[],
                 "column_count":2,"columns_shown":2,"columns":[
                  {"position":1,"name":"fruit","type":"text","missing":0,"distinct":3,"distinct_exact":true,
                   "minimum":"apple","maximum":"pear","most_frequent":[{"value":"apple","count":3},
                   {"value":"fig","count":1},{"value":"pear","count":1}],"most_frequent_exact":true,"count_error":0},
                  {"position":2,"name":"weight","type":"integer","missing":1,"distinct":4,"distinct_exact":true,
                   "minimum":10,"maximum":45,"mean":26.25,"quantiles":{"p25":17.5,"p50":25.0,"p75":33.75,"p95":42.75},
                   "quantiles_exact":true,"most_frequent":[{"value":"10","count":1},{"value":"20","count":1},
                   {"value":"30","count":1},{"value":"45","count":1}],"most_frequent_exact":true,"count_error":0}]}
                """;
        assertThat(profile).isEqualTo(Json.parse(expected.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void every_type_is_known_and_mixed_columns_say_what_is_in_them() throws Exception {
        assertThat(columnOf("1", "-2", "+3").at("/type").asText()).isEqualTo("integer");
        assertThat(columnOf("1", "2.5", ".5", "1e3").at("/type").asText()).isEqualTo("number");
        assertThat(columnOf("true", "FALSE").at("/type").asText()).isEqualTo("boolean");
        assertThat(columnOf("2024-02-29").at("/type").asText()).isEqualTo("date");
        assertThat(columnOf("2024-02-29 10:00", "2024-02-29T10:00:01.5Z", "2024-03-01")
                        .at("/type")
                        .asText())
                .isEqualTo("datetime");
        assertThat(columnOf("", "NA", "NaN", "null", "  ").at("/type").asText()).isEqualTo("empty");
        assertThat(columnOf("2023-02-29").at("/type").asText()).isEqualTo("text");
        JsonNode mixed = columnOf("1", "2.5", "x", "2");
        assertThat(mixed.at("/type").asText()).isEqualTo("text");
        assertThat(mixed.at("/value_types").toString()).isEqualTo("{\"integer\":2,\"number\":1,\"text\":1}");
        assertThat(mixed.has("mean")).isFalse();
    }

    @Test
    void postal_codes_with_leading_zeros_are_text_because_a_number_would_lose_the_zero() throws Exception {
        JsonNode column = columnOf("02134", "10115");
        assertThat(column.at("/type").asText()).isEqualTo("text");
        assertThat(column.at("/minimum").asText()).isEqualTo("02134");
    }

    @Test
    void huge_integers_keep_all_their_digits_and_numbers_beyond_a_double_are_text() throws Exception {
        JsonNode column = columnOf("123456789012345678901234567890", "123456789012345678901234567891");
        assertThat(column.at("/maximum").bigIntegerValue()).isEqualTo(new BigInteger("123456789012345678901234567891"));
        assertThat(column.at("/minimum").bigIntegerValue()).isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(columnOf("1e999").at("/type").asText()).isEqualTo("text");
        assertThat(columnOf("1e99999999999").at("/type").asText()).isEqualTo("text");
        JsonNode opposite = columnOf("1.7e308", "-1.7e308", "1.7e308", "1.7e308");
        assertThat(opposite.at("/quantiles/p50").asDouble()).isEqualTo(1.7e308);
        assertThat(opposite.has("mean")).isFalse();
    }

    @Test
    void dates_are_ordered_by_time_and_not_by_their_text() throws Exception {
        JsonNode column = columnOf("2024-01-01T12:00:00+05:00", "2024-01-01T10:00:00Z");
        assertThat(column.at("/minimum").asText()).isEqualTo("2024-01-01T12:00:00+05:00");
        assertThat(column.at("/maximum").asText()).isEqualTo("2024-01-01T10:00:00Z");
    }

    @Test
    void quotes_line_ends_and_delimiters_inside_quotes_belong_to_the_value() throws Exception {
        JsonNode profile = profile("a;b", "\"x;\r\ny\";\"say \"\"hi\"\"\"", "5'10\";z");
        assertThat(profile.at("/delimiter").asText()).isEqualTo(";");
        assertThat(profile.at("/rows").asInt()).isEqualTo(2);
        assertThat(profile.at("/columns/0/maximum").asText()).isEqualTo("x;\r\ny");
        assertThat(profile.at("/columns/1/minimum").asText()).isEqualTo("say \"hi\"");
        assertThat(profile.at("/columns/0/minimum").asText()).isEqualTo("5'10\"");
    }

    @Test
    void a_byte_order_mark_and_empty_lines_are_skipped() throws Exception {
        JsonNode profile = profile("\uFEFF", "a,b", "", "1,2", "", "");
        assertThat(profile.at("/columns/0/name").asText()).isEqualTo("a");
        assertThat(profile.at("/rows").asInt()).isEqualTo(1);
    }

    @Test
    void arguments_of_the_task_win_over_those_of_the_service() throws Exception {
        FakeTask task = FakeTask.with(app, "a|b\n-|1\nx|1\nx|2\n")
                .serviceArg("top", 7)
                .serviceArg("missing", List.of("-"))
                .serviceArg("other_handlers_key", 1)
                .arg("top", 1)
                .arg("delimiter", "|")
                .arg("max_rows", 2);
        JsonNode profile = task.run();
        assertThat(profile.at("/columns/0/missing").asInt()).isEqualTo(1);
        assertThat(profile.at("/columns/1/most_frequent")).hasSize(1);
        assertThat(profile.at("/rows").asInt()).isEqualTo(2);
        assertThat(profile.at("/complete").asBoolean()).isFalse();
    }

    @Test
    void a_file_that_ends_with_the_last_row_asked_for_is_complete() throws Exception {
        assertThat(FakeTask.with(app, "a,b\n1,2\n3,4\n")
                        .arg("max_rows", 2)
                        .run()
                        .at("/complete")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void it_logs_the_start_and_the_end_and_reports_progress_by_bytes() throws Exception {
        FakeTask task = FakeTask.with(app, "id,name\n" + "17,some name\n".repeat(100_000));
        task.run();
        assertThat(task.lines())
                .containsExactly(
                        "INFO profiling given.csv, 1300008 bytes",
                        "INFO profiled given.csv: 100000 rows, 0 bad rows, 2 columns");
        assertThat(task.progress).hasSizeBetween(10, 102);
        assertThat(task.progress).extracting(FakeTask.Progress::fraction).isSorted();
        assertThat(task.progress.get(task.progress.size() - 1)).isEqualTo(new FakeTask.Progress(1.0, "100,000 rows"));
    }

    @Test
    void it_stops_in_the_middle_of_a_file_when_the_task_is_cancelled() throws Exception {
        FakeTask task = FakeTask.with(app, "id,name\n" + "17,some name\n".repeat(100_000))
                .cancelledAt(0.3);
        assertThatThrownBy(task::run).isInstanceOf(CancellationException.class).hasMessageContaining("cancelled after");
        assertThat(task.progress.get(task.progress.size() - 1).fraction()).isLessThan(0.4);
    }

    @Test
    void it_stops_when_its_thread_is_interrupted_and_leaves_it_interrupted() throws Exception {
        FakeTask task = FakeTask.with(app, "id,name\n" + "17,some name\n".repeat(100_000))
                .interruptedAt(0.3);
        try {
            assertThatThrownBy(task::run).isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void it_stops_in_the_middle_of_a_line_without_end_when_the_task_is_cancelled() throws Exception {
        FakeTask task = FakeTask.with(app, "id,name\n" + "x".repeat(4_000_000)).cancelledAt(0.3);
        assertThatThrownBy(task::run).isInstanceOf(CancellationException.class);
    }

    @Test
    void no_file_makes_a_result_near_the_limit() throws Exception {
        String wide = "\uD83D\uDE00".repeat(100);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < 60; row++) {
            for (int column = 0; column < 700; column++)
                text.append(column == 0 ? "" : ",").append(row).append(wide);
            text.append('\n');
        }
        JsonNode profile = FakeTask.with(app, text.toString()).arg("top", 50).run();
        assertThat(Json.bytes(profile).length).isLessThan(610_000);
        assertThat(profile.at("/column_count").asInt()).isEqualTo(700);
        assertThat(profile.at("/columns_shown").asInt())
                .isEqualTo(profile.at("/columns").size())
                .isBetween(20, 500);
    }
}
