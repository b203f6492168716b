package dev.millrace.soak;

import dev.millrace.soak.Strikes.Sort;
import java.util.List;
import java.util.Locale;

/** A report for people. */
final class ReportText {
    private static final int SHOWN = 10;

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    static String of(Report report) {
        ReportText made = new ReportText();
        made.tell(report);
        return made.text.toString();
    }

    private void tell(Report report) {
        Verdict verdict = report.verdict();
        row("commit", Revision.ofThis());
        row(
                "machine",
                report.before().toText() + ", " + format("%.1f", report.after().load()) + " at the end");
        row(
                "disk",
                report.disk() + ", durability " + report.options().durability().word());
        row("kills", kills(report));
        row("other faults", others(report.strikes()));
        report.skipped().forEach(one -> row("left out", one));
        row("tasks", verdict.submitted() + " handed in, " + verdict.acknowledged() + " acknowledged");
        row("ended", report.ended() + format(", %.1f a second", report.tasksPerSecond()));
        row("lost", Integer.toString(verdict.lost().size()));
        row("double records", Integer.toString(verdict.doubled().size()));
        row("run more than once", verdict.rerun() + " (" + verdict.runs() + " runs in all)");
        row("fenced commits", Long.toString(report.fenced()));
        row("death to re-run", report.recoveries().killed().toText());
        row("  nobody left", report.recoveries().nobodyLeft().toText());
        row("stop to re-run", report.recoveries().stopped().toText());
        row("in outages", report.recoveries().inOutages().toText());
        row("seed", Long.toString(report.options().seed()));
        problems("lost", verdict.lost());
        problems("ended more than once", verdict.doubled());
        problems("unfinished", verdict.unfinished());
        problems("changed after it had ended", verdict.changed());
        problems("brought about by nobody", verdict.invented());
        problems("ended otherwise", verdict.endedOtherwise());
        problems("odd", verdict.oddities());
        String good = "good: nothing was lost, nothing has ended twice";
        row("verdict", verdict.isGood() ? good + fewKills(report) : "BAD");
        report.kept().ifPresent(folder -> row("evidence", folder.toString()));
    }

    private static String kills(Report report) {
        Strikes strikes = report.strikes();
        return strikes.kills() + " of " + report.options().kills() + " wanted: " + strikes.of(Sort.WORKER)
                + " workers, " + strikes.of(Sort.STEWARD) + " stewards, " + strikes.of(Sort.SUBMITTER) + " submitters; "
                + format(
                        "%.1f a second for %.0f s",
                        report.killsPerSecond(), report.times().storm());
    }

    private static String fewKills(Report report) {
        if (!report.hasTooFewKills()) return "";
        return ", but only " + report.strikes().kills() + " of the "
                + report.options().kills() + " kills came about in its time";
    }

    private static String others(Strikes strikes) {
        return strikes.of(Sort.STOP) + " stops, " + strikes.of(Sort.CLOCK) + " clock jumps, " + strikes.of(Sort.DISK)
                + " times full, " + strikes.of(Sort.READONLY) + " times unchangeable";
    }

    private void problems(String what, List<String> all) {
        all.stream().limit(SHOWN).forEach(one -> row(what, one));
        if (all.size() > SHOWN) row(what, "and " + (all.size() - SHOWN) + " more");
    }

    private void row(String name, String value) {
        text.append(format("%-20s %s%n", name, value));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
