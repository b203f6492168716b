package dev.millrace.app.mycode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
    @TempDir
    Path folder;

    private AbstractThrowableAssert<?, ?> failure(FakeTask task) {
        return assertThatThrownBy(task::run);
    }

    private AbstractThrowableAssert<?, ?> failureOf(byte[] content) throws IOException {
        return failure(FakeTask.with(folder, "bad.csv", content))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageStartingWith("file 'bad.csv' ");
    }

    private AbstractThrowableAssert<?, ?> failureOf(String content) throws IOException {
        return failureOf(content.getBytes(StandardCharsets.UTF_8));
    }

    private FakeTask naming(String file) {
        return new FakeTask(folder, Json.object().put("file", file));
    }

    @Test
    void a_row_with_a_wrong_number_of_fields_is_counted_and_located() throws Exception {
        JsonNode profile =
                FakeTask.with(folder, "a,b\n1,2\n3\n\"x\ny\",4\n5,6,7\n8,9\n").run();
        assertThat(profile.at("/rows").asInt()).isEqualTo(3);
        assertThat(profile.at("/bad_rows").asInt()).isEqualTo(2);
        assertThat(profile.at("/first_bad_rows").toString())
                .isEqualTo("[{\"line\":3,\"reason\":\"has 1 field, but the header has 2\"},"
                        + "{\"line\":6,\"reason\":\"has 3 fields, but the header has 2\"}]");
    }

    @Test
    void a_quote_that_is_never_closed_costs_one_line_and_not_the_rest_of_the_file() throws Exception {
        JsonNode profile = FakeTask.with(folder, "a,b\n1,\"open\n2,\"fine\"\n3,z\n4,\"open\n5,y\n")
                .run();
        assertThat(profile.at("/rows").asInt()).isEqualTo(3);
        assertThat(profile.at("/columns/0/most_frequent").findValuesAsText("value"))
                .containsExactly("2", "3", "5");
        assertThat(profile.at("/first_bad_rows").toString())
                .isEqualTo("[{\"line\":2,\"reason\":\"has text after a closing quote\"},"
                        + "{\"line\":5,\"reason\":\"opens a quote that is never closed\"}]");
    }

    @Test
    void text_after_a_closing_quote_makes_a_bad_row() throws Exception {
        JsonNode profile =
                FakeTask.with(folder, "a,b\r\n\"x\"y,1\r\n\"x\" ,2\r\n").run();
        assertThat(profile.at("/rows").asInt()).isEqualTo(1);
        assertThat(profile.at("/first_bad_rows/0/line").asInt()).isEqualTo(2);
    }

    @Test
    void only_the_first_ten_bad_rows_are_shown() throws Exception {
        JsonNode profile =
                FakeTask.with(folder, "a,b\n1,2\n" + "x\n".repeat(25)).run();
        assertThat(profile.at("/bad_rows").asInt()).isEqualTo(25);
        assertThat(profile.at("/first_bad_rows")).hasSize(10);
    }

    @Test
    void a_row_of_millions_of_characters_is_a_bad_row() throws Exception {
        JsonNode profile = FakeTask.with(folder, "a,b\n1," + "x".repeat(3_000_000) + "\n2,y\n")
                .run();
        assertThat(profile.at("/rows").asInt()).isEqualTo(1);
        assertThat(profile.at("/first_bad_rows").toString())
                .isEqualTo("[{\"line\":2,\"reason\":\"is longer than 1048576 characters\"}]");
    }

    @Test
    void a_quote_that_is_open_for_a_million_characters_costs_one_line() throws Exception {
        JsonNode profile = FakeTask.with(folder, "a,b\n0,\"open\n" + "1,x\n".repeat(300_000))
                .run();
        assertThat(profile.at("/rows").asInt()).isEqualTo(300_000);
        assertThat(profile.at("/first_bad_rows/0/reason").asText())
                .isEqualTo("opens a quote that is not closed within 1048576 characters");
    }

    @Test
    void an_empty_file_is_refused() throws Exception {
        failureOf("").hasMessageContaining("is empty; a CSV file starts with a line of column names");
        failureOf("\n\r\n\n").hasMessageContaining("is empty");
        failureOf("\uFEFF").hasMessageContaining("is empty");
    }

    @Test
    void binary_data_is_refused_with_the_place_of_the_zero_byte() throws Exception {
        failureOf("a,b\n1,\0\n").hasMessageContaining("a zero byte at offset 6");
        failureOf("a,b\n" + "1,2\n".repeat(50_000) + "\0").hasMessageContaining("a zero byte at offset 200004");
    }

    @Test
    void known_formats_are_named_with_the_way_out() throws Exception {
        failureOf(new byte[] {0x1F, (byte) 0x8B, 8, 0}).hasMessageContaining("gunzip");
        failureOf("PK\u0003\u0004\0\0").hasMessageContaining("export the sheet as CSV");
        failureOf("%PDF-1.7\n").hasMessageContaining("PDF");
        failureOf("PAR1").hasMessageContaining("Parquet");
        failureOf("a,b\n".getBytes(StandardCharsets.UTF_16)).hasMessageContaining("iconv -f UTF-16");
    }

    @Test
    void the_byte_that_is_not_utf_8_is_named() throws Exception {
        failureOf("a,b\n1,caf\u00E9\n".getBytes(StandardCharsets.ISO_8859_1))
                .hasMessageContaining("byte 0xE9 at offset 9; save it as UTF-8");
        byte[] late = ("a,b\n" + "1,2\n".repeat(50_000) + "3,\u00E9").getBytes(StandardCharsets.ISO_8859_1);
        failureOf(late).hasMessageContaining("byte 0xE9 at offset 200006");
    }

    @Test
    void one_huge_line_is_refused() throws Exception {
        failureOf("x".repeat(3_000_000)).hasMessageContaining("its header in line 1 is longer than 1048576 characters");
        failureOf("\"" + "x".repeat(3_000_000)).hasMessageContaining("not closed within 1048576 characters");
    }

    @Test
    void a_broken_header_is_refused() throws Exception {
        failureOf("\"a\"b,c\n1,2\n").hasMessageContaining("its header in line 1 has text after a closing quote");
    }

    @Test
    void prose_is_refused_because_no_row_is_like_the_header() throws Exception {
        failureOf("Dear all, this is a letter\n" + "with lines of many words\n".repeat(20))
                .hasMessageContaining("none of its 20 rows is like its header of 2 columns (line 2 has 1 field");
    }

    @Test
    void a_file_that_is_not_there_is_named_with_the_place_looked_at() {
        failure(naming("data/none.csv"))
                .hasMessageContaining("'data/none.csv' is not there (looked at " + folder.resolve("data/none.csv"));
    }

    @Test
    void folders_pipes_and_files_outside_of_the_app_are_refused() throws Exception {
        Path app = Files.createDirectory(folder.resolve("app"));
        Path outside = Files.writeString(folder.resolve("outside.csv"), "a,b\n1,2\n");
        Files.createSymbolicLink(app.resolve("link.csv"), outside);
        Files.createDirectory(app.resolve("sub"));
        failure(new FakeTask(app, Json.object().put("file", "sub"))).hasMessageContaining("is a folder");
        failure(new FakeTask(app, Json.object().put("file", "../outside.csv")))
                .hasMessageContaining("leaves the app's folder " + app);
        failure(new FakeTask(app, Json.object().put("file", "link.csv"))).hasMessageContaining("is a link that leaves");
        failure(naming("/dev/null")).hasMessageContaining("is no regular file");
        failure(naming("a\0b")).hasMessageContaining("'a?b' is no path");
        assertThat(new FakeTask(app, Json.object().put("file", outside.toString()))
                        .run()
                        .at("/rows")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void a_file_that_may_not_be_read_or_breaks_while_reading_is_named() {
        assertThat(CsvFile.problem("x.csv", new AccessDeniedException("/a/x.csv")))
                .hasMessageContaining("file 'x.csv' may not be read by the worker's user");
        assertThat(CsvFile.problem("x.csv", new IOException("Input/output error")))
                .hasMessage("file 'x.csv' cannot be read (Input/output error); mend that and submit the task again");
    }

    @Test
    void unknown_arguments_are_refused_with_the_nearest_known_one() throws Exception {
        failure(FakeTask.with(folder, "a\n1\n").arg("delimeter", ";"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("argument 'delimeter' is not known; did you mean 'delimiter'?"
                        + " Known are file, delimiter, top, max_rows, missing");
        failure(FakeTask.with(folder, "a\n1\n").arg("maxrows", 1)).hasMessageContaining("did you mean 'max_rows'");
    }

    @Test
    void wrong_arguments_are_refused_by_name() throws Exception {
        Map<String, Object> wrong = Map.of("file", 7, "delimiter", "ab", "top", 51, "max_rows", 1.5, "missing", "NA");
        for (Map.Entry<String, Object> argument : wrong.entrySet())
            failure(FakeTask.with(folder, "a\n1\n").arg(argument.getKey(), argument.getValue()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("argument '" + argument.getKey() + "' must be ");
        failure(new FakeTask(folder, Json.object())).hasMessageContaining("argument 'file' must be the path");
        failure(FakeTask.with(folder, "a\n1\n").arg("top", -1)).hasMessageContaining("from 0 to 50, not -1");
        failure(FakeTask.with(folder, "a\n1\n").arg("delimiter", "\"")).hasMessageContaining("no quote");
    }
}
