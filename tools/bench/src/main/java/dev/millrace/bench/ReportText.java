package dev.millrace.bench;

import dev.millrace.bench.Figure.Spread;
import dev.millrace.bench.Plan.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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
            if (!mine.isEmpty()) figures(part, mine);
        }
    }

    /** A value that nobody of a part has gets no column. */
    private void figures(Part part, List<Figure> figures) {
        List<Column> columns = COLUMNS.stream()
                .filter(column -> figures.stream().anyMatch(column::isIn))
                .toList();
        List<String> heads = new ArrayList<>(List.of(part.word()));
        for (Column column : columns) heads.add(column.head());
        heads.addAll(List.of("of the disk's", "goal"));
        List<String[]> rows = new ArrayList<>();
        for (Figure figure : figures) {
            List<String> row = new ArrayList<>(List.of(figure.contender().name()));
            for (Column column : columns) row.add(column.of(figure));
            row.addAll(List.of(ofLimit(figure), goals(figure)));
            rows.add(row.toArray(String[]::new));
        }
        table(heads.toArray(String[]::new), rows);
    }

    /**
     * How a value is told.
     *
     * @param value its name
     * @param head above it
     * @param unit behind a bound for it; empty where nothing else is meant
     */
    private record Column(String value, String head, String unit) {
        boolean isIn(Figure figure) {
            return figure.spreads().containsKey(value);
        }

        String of(Figure figure) {
            Spread spread = figure.spreads().get(value);
            if (spread == null) return "";
            return value.equals(Values.RATE) ? withEnds(spread) : number(spread.median());
        }
    }

    private static final List<Column> COLUMNS = List.of(
            new Column(Values.RATE, "a second", "/s"),
            new Column(Values.P50_MS, "p50 ms", "ms p50"),
            new Column(Values.P99_MS, "p99 ms", "ms p99"),
            new Column(Values.MAX_MS, "max ms", "ms"),
            new Column(Values.CPU_US, "CPU us", "us CPU"),
            new Column(Values.MEMORY_MB, "MB", "MB"),
            new Column(Values.COST_MB, "cost MB", "MB more"),
            new Column(Values.LOST, "lost", "lost"),
            new Column(Values.CPU_PERCENT, "% of a core", "%"),
            new Column(Values.WAKEUPS, "wake-ups/s", "wake-ups/s"));

    private String ofLimit(Figure figure) {
        var ratio = report.ratio(figure);
        if (ratio.isEmpty()) return "";
        return String.format(
                Locale.ROOT,
                "%.0f%% %s",
                ratio.getAsDouble() * 100,
                figure.contender().limit());
    }

    private String goals(Figure figure) {
        return report.verdicts(figure).stream().map(ReportText::told).collect(Collectors.joining(", "));
    }

    private static String told(Report.Verdict verdict) {
        Goal goal = verdict.goal();
        String unit = COLUMNS.stream()
                .filter(column -> column.value().equals(goal.value()))
                .map(Column::unit)
                .findFirst()
                .orElse(goal.value());
        String asked =
                goal.of().isEmpty() ? number(goal.bound()) + " " + unit : number(verdict.reached()) + " of its " + unit;
        return asked + (verdict.isMet() ? " met" : " MISSED");
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
