package dev.millrace.bench;

import dev.millrace.bench.Figure.Spread;
import dev.millrace.bench.Plan.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A report as tables for people. */
final class ReportText {
    private final Report report;
    private final StringBuilder text = new StringBuilder();

    private ReportText(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        ReportText told = new ReportText(report);
        told.head();
        told.limits();
        told.figures();
        told.duels();
        told.skipped();
        return told.text.toString();
    }

    private void head() {
        line(report.before().toText());
        if (report.before().isBusy()) line("BUSY: others used this machine; compare only within this table.");
        line("medians of " + report.options().rounds() + " rounds (least to most), tasks of " + Payload.BYTES
                + " bytes, forced unless it says otherwise");
    }

    private void limits() {
        List<String[]> rows = new ArrayList<>();
        report.limits().spreads().forEach((name, spread) -> rows.add(new String[] {name, withEnds(spread)}));
        table(new String[] {"disk, one thread", "a second"}, rows);
    }

    private void figures() {
        for (Part part : Part.values()) {
            List<Figure> mine = report.figures().stream()
                    .filter(figure -> figure.contender().part() == part)
                    .toList();
            if (mine.isEmpty()) continue;
            boolean rates =
                    mine.stream().anyMatch(figure -> figure.median(Values.RATE).isPresent());
            if (part == Part.RPC) rpc(part, mine);
            else if (rates) rates(part, mine);
            else if (part == Part.IDLE) idle(part, mine);
            else times(part, mine);
        }
    }

    private void rates(Part part, List<Figure> figures) {
        List<String[]> rows = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Spread> values = figure.spreads();
            rows.add(new String[] {
                figure.contender().name(),
                values.containsKey(Values.RATE) ? withEnds(values.getOrDefault(Values.RATE, ZERO)) : "-",
                shown(values, Values.CPU_US),
                shown(values, Values.MEMORY_MB),
                ofLimit(figure),
                goal(figure)
            });
        }
        table(new String[] {part.word(), "tasks/s", "CPU us", "MB", "of the disk's", "goal"}, rows);
    }

    private void rpc(Part part, List<Figure> figures) {
        List<String[]> rows = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Spread> values = figure.spreads();
            rows.add(new String[] {
                figure.contender().name(),
                shown(values, Values.RATE),
                shown(values, Values.P50_MS),
                shown(values, Values.P99_MS),
                shown(values, Values.CPU_US),
                shown(values, Values.MEMORY_MB),
                shown(values, Values.COST_MB),
                shown(values, Values.LOST),
                goal(figure)
            });
        }
        table(
                new String[] {part.word(), "a second", "p50 ms", "p99 ms", "CPU us", "MB", "cost MB", "lost", "goal"},
                rows);
    }

    private static final Spread ZERO = new Spread(0, 0, 0);

    private void times(Part part, List<Figure> figures) {
        List<String[]> rows = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Spread> values = figure.spreads();
            rows.add(new String[] {
                figure.contender().name(),
                shown(values, Values.P50_MS),
                shown(values, Values.P99_MS),
                shown(values, Values.MAX_MS),
                goal(figure)
            });
        }
        table(new String[] {part.word(), "p50 ms", "p99 ms", "max ms", "goal"}, rows);
    }

    private void idle(Part part, List<Figure> figures) {
        List<String[]> rows = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Spread> values = figure.spreads();
            rows.add(new String[] {
                figure.contender().name(),
                shown(values, Values.CPU_PERCENT),
                shown(values, "wakeups_per_sec"),
                shown(values, Values.MEMORY_MB),
                goal(figure)
            });
        }
        table(new String[] {part.word(), "% of a core", "wake-ups/s", "MB", "goal"}, rows);
    }

    private String ofLimit(Figure figure) {
        var ratio = report.ratio(figure);
        if (ratio.isEmpty()) return "";
        return String.format(
                Locale.ROOT,
                "%.0f%% %s",
                ratio.getAsDouble() * 100,
                figure.contender().limit());
    }

    private String goal(Figure figure) {
        Optional<Boolean> met = report.goalMet(figure);
        String bound =
                figure.contender().goal().map(goal -> number(goal.bound())).orElse("");
        return met.map(yes -> bound + (yes ? " met" : " MISSED")).orElse("");
    }

    private void duels() {
        for (Report.Duel duel : report.duels())
            line(String.format(
                    Locale.ROOT,
                    "%s, %s: %.2f times the best peer (%s beside %s)",
                    duel.part().word(),
                    duel.league(),
                    duel.ratio(),
                    duel.ours().contender().name(),
                    duel.peers().contender().name()));
    }

    private void skipped() {
        for (Skipped one : report.skipped()) line("skipped " + one.what() + ": " + one.why());
    }

    private static String shown(Map<String, Spread> values, String name) {
        Spread spread = values.get(name);
        return spread == null ? "" : number(spread.median());
    }

    private static String withEnds(Spread spread) {
        return spread.min() == spread.max()
                ? number(spread.median())
                : number(spread.median()) + " (" + number(spread.min()) + " to " + number(spread.max()) + ")";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private void table(String[] heads, List<String[]> rows) {
        int[] widths = new int[heads.length];
        List<String[]> all = new ArrayList<>(rows);
        all.add(0, heads);
        for (String[] row : all) for (int i = 0; i < row.length; i++) widths[i] = Math.max(widths[i], row[i].length());
        line("");
        for (String[] row : all) line(aligned(row, widths));
    }

    private static String aligned(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
        return line.toString();
    }
}
