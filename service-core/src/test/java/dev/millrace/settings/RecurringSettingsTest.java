package dev.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.json.Json;
import dev.millrace.recurring.CatchUp;
import dev.millrace.recurring.Overlap;
import dev.millrace.recurring.RecurringTask;
import dev.millrace.recurring.Schedule;
import dev.millrace.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurring tasks in an app's TOML. */
class RecurringSettingsTest {
    @TempDir
    Path folder;

    private AppSettings read(String toml) throws IOException {
        return AppSettings.read(Files.writeString(folder.resolve("app_settings.toml"), toml));
    }

    @Test
    void each_table_is_a_recurring_task() throws IOException {
        AppSettings app = read("""
                [service.recurring.nightly]
                cron = "0 3 * * *"
                zone = "Europe/Berlin"
                kind = "report"
                args = { day = "yesterday" }
                task = { priority = 7, timeout_sec = 600 }
                overlap = "queue"
                catch_up = "all"
                catch_up_max = 3
                jitter = "30s"
                start = 2026-01-01
                end = 2026-12-31T23:59:59Z

                [service.recurring.often]
                every = "15m"
                kind = "poll"
                """);
        assertThat(app.service().recurring())
                .containsExactly(
                        RecurringTask.of(
                                        "nightly",
                                        Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")),
                                        Task.of("report")
                                                .with("priority", 7)
                                                .with("timeout_sec", 600)
                                                .with("kind", "report")
                                                .args(Map.of("day", "yesterday")))
                                .overlap(Overlap.QUEUE)
                                .catchUp(CatchUp.all(3))
                                .jitter(Duration.ofSeconds(30))
                                .start(Instant.parse("2025-12-31T23:00:00Z"))
                                .end(Instant.parse("2026-12-31T23:59:59Z")),
                        RecurringTask.of("often", Schedule.every(Duration.ofMinutes(15)), Task.of("poll")));
        assertThat(AppSettings.defaults().service().recurring()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cron = '0 0 31 2 *'; kind = 'k' | 2 | .cron | '0 0 31 2 *' never comes: there is no such date in any year",
                "cron = '@daily'; kind = 'k'; zone = 'Mars/Base' | 4 | .zone | must be a time zone such as \"Europe/Berlin\" or \"UTC\", not \"Mars/Base\"",
                "every = '1m'; kind = '' | 3 | .kind | must be the name of a handler's kind, not \"\"",
                "every = '1m' | 1 | .kind | must be given: the kind of the handler that runs it",
                "every = '0s'; kind = 'k' | 2 | .every | must be whole seconds, from 1s to 3650d, not 0s",
                "every = -5; kind = 'k' | 2 | .every | must be whole seconds, from 1s to 3650d, not -5s",
                "evry = '1m'; kind = 'k' | 2 | .evry | is not a known setting; did you mean 'every'?",
                "every = '1m'; kind = 'k'; catchup = 'none' | 4 | .catchup | is not a known setting; did you mean 'catch_up'?",
                "every = '1m'; kind = 'k'; task = { priority = 12 } | 4 | .task | key 'priority' must be a whole number from 0 to 9, not 12",
            })
    void what_cannot_be_is_refused_with_file_line_key_and_reason(String toml, int line, String key, String reason)
            throws IOException {
        String text = "[service.recurring.r]\n" + toml.replace("; ", "\n").replace('\'', '"');
        SettingsException e = catchThrowableOfType(SettingsException.class, () -> read(text));
        assertThat(e.line()).isEqualTo(line);
        assertThat(e.key()).isEqualTo("service.recurring.r" + key);
        assertThat(e)
                .hasMessageContaining(":" + line + ": service.recurring.r" + key)
                .hasMessageContaining(reason);
    }

    @Test
    void what_is_no_table_and_what_is_no_name_is_refused() {
        assertThatThrownBy(() -> read("[service]\nrecurring = 3"))
                .hasMessageContaining(":2: service.recurring must be");
        assertThatThrownBy(() -> read("[service.recurring]\na = 1"))
                .hasMessageContaining(":2: service.recurring.a must be a table, not 1");
        assertThatThrownBy(() -> read("[service.recurring.\"a.b\"]\nevery = \"1m\"\nkind = \"k\""))
                .hasMessageContaining("must be 1 to 64 letters");
    }

    @Test
    void a_call_cannot_give_them_and_the_record_keeps_them() {
        assertThatThrownBy(() -> ServeOptions.defaults().with("recurring", Map.of()))
                .isInstanceOf(SettingsException.class);
        var json = Json.object();
        json.set("recurring", Json.tree(Map.of("r", Map.of("every", 60, "kind", "k"))));
        ServiceSettings settings = ServiceSettings.fromJson(json);
        assertThat(ServiceSettings.fromJson(settings.toJson())).isEqualTo(settings);
        assertThat(settings.recurring()).hasSize(1);
    }
}
