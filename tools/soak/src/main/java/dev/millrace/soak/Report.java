package dev.millrace.soak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.soak.Strikes.Sort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was found, as a JSON document; {@link ReportText} tells it to people. */
record Report(
        SoakOptions options,
        Machine before,
        Machine after,
        String disk,
        Times times,
        Strikes strikes,
        Verdict verdict,
        Map<String, Long> ended,
        long fenced,
        Recoveries recoveries,
        List<String> skipped,
        Optional<Path> kept) {
    static final String SCHEMA = "millrace.soak.v1";
    private static final int SHOWN = 100;

    /**
     * How long it took, in seconds.
     *
     * @param storm while things were struck
     * @param all until every task had ended
     */
    record Times(double storm, double all) {}

    double killsPerSecond() {
        return strikes.kills() / Math.max(1e-3, times.storm());
    }

    double tasksPerSecond() {
        return ended.values().stream().mapToLong(Long::longValue).sum() / Math.max(1e-3, times.all());
    }

    /** Its time was over before all kills had come about. */
    boolean hasTooFewKills() {
        return options.has(Fault.KILL) && strikes.kills() < options.kills();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA).put("good", verdict.isGood()).put("seed", options.seed());
        json.put("commit", Revision.ofThis());
        json.set("machine", before.toJson());
        json.put("load_average_after", after.load()).put("disk", disk);
        json.put("durability", options.durability().word());
        json.put("workers", options.workers()).put("submitters", options.submitters());
        json.put("storm_sec", rounded(times.storm())).put("sec", rounded(times.all()));
        json.put("kills", strikes.kills()).put("kills_wanted", options.kills());
        json.put("too_few_kills", hasTooFewKills());
        json.put("kills_per_sec", rounded(killsPerSecond()));
        ObjectNode struck = json.putObject("struck");
        for (Sort sort : Sort.values()) struck.put(sort.word(), strikes.of(sort));
        putTasks(json);
        json.set("recovery", recoveries.killed().toJson());
        json.set("recovery_nobody_left", recoveries.nobodyLeft().toJson());
        json.set("recovery_after_stop", recoveries.stopped().toJson());
        json.set("recovery_in_outages", recoveries.inOutages().toJson());
        ArrayNode slowest = json.putArray("slowest_recoveries");
        recoveries.slowest().forEach(one -> slowest.add(one.toJson()));
        ArrayNode left = json.putArray("left_out");
        skipped.forEach(left::add);
        return json;
    }

    private void putTasks(ObjectNode json) {
        json.put("submitted", verdict.submitted()).put("acknowledged", verdict.acknowledged());
        json.set("ended", Json.tree(ended));
        json.put("tasks_per_sec", rounded(tasksPerSecond()));
        json.put("runs", verdict.runs()).put("run_more_than_once", verdict.rerun());
        json.put("fenced", fenced);
        putProblem(json, "lost", verdict.lost());
        putProblem(json, "double_terminal_records", verdict.doubled());
        putProblem(json, "unfinished", verdict.unfinished());
        putProblem(json, "changed", verdict.changed());
        putProblem(json, "invented", verdict.invented());
        putProblem(json, "ended_otherwise", verdict.endedOtherwise());
        putProblem(json, "oddities", verdict.oddities());
    }

    /** The number, and the first of them. */
    private static void putProblem(ObjectNode json, String name, List<String> all) {
        json.put(name, all.size());
        if (all.isEmpty()) return;
        ArrayNode list = json.putArray(name + "_list");
        all.stream().limit(SHOWN).forEach(list::add);
    }

    static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
