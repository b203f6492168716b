package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.bench.Plan.Skipped;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Machine MACHINE = new Machine(1.5, 2, "Linux 6", "17", "ext4", 0.1);

    private static BenchOptions options() {
        return new BenchOptions(
                Set.of(Part.DRAIN),
                true,
                Optional.of("jdbc:postgresql://host/db?password=secret"),
                OptionalInt.empty(),
                3,
                1,
                Path.of("f.json"),
                Path.of("."),
                false,
                Optional.empty(),
                "");
    }

    private static Figure figure(Contender contender, double... rates) {
        return new Figure(
                contender,
                java.util.Arrays.stream(rates)
                        .mapToObj(rate -> Values.none().with(Values.RATE, rate))
                        .toList());
    }

    private static Contender ours() {
        return Contender.of(Part.DRAIN, "ours", Measurement.Name.DRAIN)
                .inLeague(Plan.ONE_BY_ONE)
                .limitedBy(DiskLimits.RENAME)
                .toReach(Values.RATE, 10_000);
    }

    private static Contender peer(String name) {
        return Contender.of(Part.DRAIN, name, Measurement.Name.PEER)
                .with("postgres", "jdbc:postgresql://host/db?password=secret")
                .inLeague(Plan.ONE_BY_ONE);
    }

    private static Report report(Figure... figures) {
        Values limits = Values.none().with(DiskLimits.RENAME, 40_000);
        Contender disk = Contender.of(Part.DRAIN, "limits", Measurement.Name.LIMITS);
        return new Report(
                options(),
                MACHINE,
                MACHINE,
                new Figure(disk, List.of(limits)),
                List.of(figures),
                List.of(new Skipped("depth of 1000000", "takes long")),
                true);
    }

    @Test
    void the_median_and_the_ends_of_all_rounds_are_told() {
        JsonNode rate = report(figure(ours(), 30, 10, 20))
                .toJson()
                .path("figures")
                .get(0)
                .path("values")
                .path("rate");

        assertThat(rate.path("median").doubleValue()).isEqualTo(20);
        assertThat(rate.path("min").doubleValue()).isEqualTo(10);
        assertThat(rate.path("max").doubleValue()).isEqualTo(30);
    }

    @Test
    void a_rate_is_compared_with_the_limit_of_the_disk_and_with_its_goal() {
        JsonNode figure = report(figure(ours(), 8_000)).toJson().path("figures").get(0);

        assertThat(figure.path("limit").textValue()).isEqualTo(DiskLimits.RENAME);
        assertThat(figure.path("ratio_to_limit").doubleValue()).isEqualTo(0.2);
        assertThat(figure.path("goals").path(0).path("met").booleanValue()).isFalse();
        assertThat(isMet(figure(ours(), 10_000))).isTrue();
    }

    @Test
    void a_goal_for_a_time_is_met_from_below() {
        Contender contender =
                Contender.of(Part.LATENCY, "x", Measurement.Name.LATENCY).toReach(Values.P50_MS, 1);
        Figure quick = new Figure(contender, List.of(Values.none().with(Values.P50_MS, 0.9)));
        Figure slow = new Figure(contender, List.of(Values.none().with(Values.P50_MS, 1.1)));

        assertThat(isMet(quick)).isTrue();
        assertThat(isMet(slow)).isFalse();
    }

    private static boolean isMet(Figure figure) {
        return report(figure).verdicts(figure).get(0).isMet();
    }

    @Test
    void what_should_be_flat_may_differ_by_a_share() {
        Contender shallow = Contender.of(Part.DEPTH, "10 pending", Measurement.Name.DRAIN);
        Contender deep = Contender.of(Part.DEPTH, "1000 pending", Measurement.Name.DRAIN)
                .toReach(Goal.flat(Values.RATE, 0.15, "10 pending"));
        Figure few = figure(shallow, 1_000);

        for (int rate : new int[] {840, 850, 2_000}) {
            Figure many = figure(deep, rate);
            Report report = report(few, many);
            assertThat(report.verdicts(many).get(0).isMet()).as("%s", rate).isEqualTo(rate >= 850);
            assertThat(report.toJson()
                            .path("figures")
                            .get(1)
                            .path("goals")
                            .get(0)
                            .path("share")
                            .doubleValue())
                    .isEqualTo(rate / 1_000.0);
        }
        assertThat(report(figure(deep, 1)).verdicts(figure(deep, 1)))
                .as("alone")
                .isEmpty();
    }

    @Test
    void memory_may_not_grow_by_more_than_a_share_either() {
        Contender deep = Contender.of(Part.DEPTH, "deep", Measurement.Name.DRAIN)
                .toReach(Goal.flat(Values.MEMORY_MB, 0.15, "shallow"));
        Figure few = memory(Contender.of(Part.DEPTH, "shallow", Measurement.Name.DRAIN), 200);

        assertThat(report(few, memory(deep, 229))
                        .verdicts(memory(deep, 229))
                        .get(0)
                        .isMet())
                .isTrue();
        Report grown = report(few, memory(deep, 474));
        assertThat(grown.verdicts(memory(deep, 474)).get(0).isMet()).isFalse();
        assertThat(ReportText.of(grown)).contains("2.37 of its MB MISSED");
    }

    private static Figure memory(Contender contender, double megabytes) {
        return new Figure(contender, List.of(Values.none().with(Values.MEMORY_MB, megabytes)));
    }

    @Test
    void a_value_that_nobody_has_gets_no_column() {
        String text = ReportText.of(report(figure(ours(), 1)));

        assertThat(text).contains("a second").doesNotContain("p50 ms").doesNotContain("wake-ups");
    }

    @Test
    void our_best_is_set_beside_the_best_peer_of_its_league() {
        Report report = report(
                figure(ours(), 9_000),
                figure(peer("slow"), 1_000),
                figure(peer("quick"), 6_000),
                figure(peer("in bulk").inLeague(Plan.MANY), 60_000));

        assertThat(report.duels()).singleElement().satisfies(duel -> {
            assertThat(duel.peers().contender().name()).isEqualTo("quick");
            assertThat(duel.ratio()).isEqualTo(1.5);
        });
        assertThat(ReportText.of(report)).contains("drain, one by one: 1.50 times the best peer (ours beside quick)");
    }

    @Test
    void the_document_has_no_key_that_the_page_does_not_explain() throws Exception {
        Report report = report(figure(ours(), 9_000), figure(peer("p"), 1_000));

        assertThat(Page.keysOf(report.toJson()))
                .isSubsetOf(Page.documentedKeys())
                .contains("duels.ratio");
    }

    @Test
    void no_password_gets_into_the_file() {
        assertThat(report(figure(peer("p"), 1)).toJson().toString()).doesNotContain("secret");
    }

    @Test
    void what_was_left_out_is_told_aloud() {
        assertThat(ReportText.of(report(figure(ours(), 1)))).contains("skipped depth of 1000000: takes long");
    }

    @Test
    void a_busy_machine_is_told() {
        Machine busy = new Machine(1.5, 2, "Linux 6", "17", "ext4", 3.2);
        Report quiet = report(figure(ours(), 1));
        Report loud =
                new Report(quiet.options(), busy, MACHINE, quiet.limits(), quiet.figures(), quiet.skipped(), true);

        assertThat(ReportText.of(loud)).contains("BUSY");
        assertThat(ReportText.of(quiet)).doesNotContain("BUSY");
    }

    @Test
    void percentiles_are_values_that_occurred() {
        long[] nanos = new long[100];
        for (int i = 0; i < nanos.length; i++) nanos[i] = (i + 1) * 1_000_000L;

        assertThat(Values.none().withTimes(nanos).byName())
                .containsEntry(Values.P50_MS, 50.0)
                .containsEntry(Values.P99_MS, 99.0)
                .containsEntry(Values.MAX_MS, 100.0);
        assertThat(Values.none().withTimes(new long[] {7_000_000}).byName()).containsEntry(Values.P99_MS, 7.0);
    }
}
