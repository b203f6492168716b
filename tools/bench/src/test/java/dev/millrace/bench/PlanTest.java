package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    @TempDir
    Path folder;

    private Plan plan(Optional<Path> home, String... args) throws BadCommandLineException {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        return Plan.of(new CommandLineReader(folder, folder).read(all).orElseThrow(), home);
    }

    @Test
    void every_part_has_somebody_to_measure() throws Exception {
        Files.createFile(folder.resolve("millrace"));
        Files.createFile(folder.resolve("health_check"));
        List<Contender> all = plan(Optional.of(folder)).contenders();

        assertThat(all).extracting(Contender::part).contains(Part.values());
        assertThat(all).extracting(one -> one.part() + one.name()).doesNotHaveDuplicates();
        assertThat(all).noneMatch(Contender::isPeer);
    }

    @Test
    void what_cannot_be_measured_is_said() throws Exception {
        Plan plan = plan(Optional.empty(), "--peers");

        assertThat(plan.skipped())
                .extracting(Plan.Skipped::what)
                .contains("./millrace", "./health_check", "depth of 1000000", "peers on PostgreSQL");
    }

    @Test
    void peers_are_measured_for_what_was_asked() throws Exception {
        Plan plan = plan(Optional.empty(), "drain", "--postgres", "jdbc:postgresql://host/db");
        List<Contender> peers =
                plan.contenders().stream().filter(Contender::isPeer).toList();

        assertThat(peers).extracting(Contender::part).containsOnly(Part.DRAIN);
        assertThat(peers)
                .extracting(Contender::name)
                .contains(
                        "SKIP LOCKED by hand on PostgreSQL, 8 threads, by 50",
                        "db-scheduler on PostgreSQL, 20 threads",
                        "JobRunr on PostgreSQL, 64 threads",
                        "JobRunr on SQLite, 16 threads",
                        "table by hand on SQLite, 1 thread");
    }

    @Test
    void peers_run_right_beside_those_of_ours_that_they_are_compared_with() throws Exception {
        assertThat(plan(Optional.empty(), "--peers").contenders())
                .extracting(Contender::part)
                .isSorted();
    }

    @Test
    void a_million_is_measured_when_it_is_asked_for() throws Exception {
        assertThat(plan(Optional.empty(), "depth", "--tasks", "1000000").contenders())
                .extracting(Contender::name)
                .containsExactly(
                        "1000 pending",
                        "10000 pending",
                        "100000 pending",
                        "1000000 pending",
                        "1000000 finished, 10000 pending");
    }

    @Test
    void few_tasks_mean_few_everywhere() throws Exception {
        assertThat(plan(Optional.empty(), "depth", "--tasks", "30").contenders())
                .extracting(one -> one.parameters().path("tasks").asInt())
                .containsOnly(30);
    }
}
