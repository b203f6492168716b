package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.liveness.Processes;
import dev.millrace.soak.Report.Times;
import dev.millrace.soak.Strikes.Sort;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTextTest {
    @TempDir
    Path folder;

    private Report report(int kills, String... line) throws Exception {
        RunFolder run = new RunFolder(folder);
        run.make();
        SoakOptions options = new CommandLineReader(folder, folder, new Random(1))
                .read(List.of(line))
                .orElseThrow();
        try (Strikes strikes = Strikes.of(run, Processes.local(), SteppedTime.create())) {
            for (int i = 0; i < kills; i++) strikes.note(Sort.WORKER, "1-t1");
            return new Report(
                    options,
                    Machine.look(),
                    Machine.look(),
                    "a disk",
                    new Times(60, 61),
                    strikes,
                    nothingWrong(),
                    Map.of("done", 5L),
                    0,
                    Recoveries.of(LedgerBook.read(run.ledger())),
                    List.of(),
                    Optional.empty());
        }
    }

    private static Verdict nothingWrong() {
        List<String> none = List.of();
        return new Verdict(5, 5, none, none, none, none, none, none, 0, 5, none);
    }

    private static String verdictOf(Report report) throws IOException {
        return ReportText.of(report)
                .lines()
                .filter(line -> line.startsWith("verdict"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_run_whose_time_was_too_short_for_its_kills_says_so_in_its_verdict() throws Exception {
        Report few = report(4, "--minutes", "1", "--kills", "30");
        assertThat(verdictOf(few)).contains("good").endsWith(", but only 4 of the 30 kills came about in its time");
        assertThat(few.toJson().path("too_few_kills").booleanValue()).isTrue();
        Report enough = report(30, "--minutes", "1", "--kills", "30");
        assertThat(verdictOf(enough)).endsWith("nothing has ended twice");
        assertThat(enough.toJson().path("too_few_kills").booleanValue()).isFalse();
    }

    @Test
    void nobody_misses_kills_that_were_not_to_be() throws Exception {
        assertThat(verdictOf(report(0, "--minutes", "1", "--faults", "stop"))).endsWith("nothing has ended twice");
    }

    @Test
    void every_report_tells_which_code_was_run() throws Exception {
        Report report = report(0);
        assertThat(ReportText.of(report)).containsPattern("(?m)^commit +" + Revision.ofThis());
        assertThat(report.toJson().path("commit").asText()).isEqualTo(Revision.ofThis());
    }
}
