package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.bench.Plan.Skipped;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** All that was found, as a JSON document; {@link ReportText} tells it to people. */
record Report(
        BenchOptions options,
        Machine before,
        Machine after,
        Figure limits,
        List<Figure> figures,
        List<Skipped> skipped,
        boolean isWhole) {
    static final String SCHEMA = "millrace.bench.v1";

    Report {
        figures = List.copyOf(figures);
        skipped = List.copyOf(skipped);
    }

    /** Our best of one league against the best peer. */
    record Duel(Part part, String league, Figure ours, Figure peers, double ratio) {}

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("schema", SCHEMA);
        json.set("machine", before.toJson());
        json.put("load_average_after", after.load());
        json.put("task_bytes", Payload.BYTES);
        json.put("rounds", options.rounds());
        json.set("limits", spreads(limits));
        ArrayNode all = json.putArray("figures");
        for (Figure figure : figures) all.add(figureJson(figure));
        ArrayNode duels = json.putArray("duels");
        for (Duel duel : duels()) duels.add(duelJson(duel));
        ArrayNode left = json.putArray("skipped");
        for (Skipped one : skipped) left.addObject().put("what", one.what()).put("why", one.why());
        return json;
    }

    private static ObjectNode spreads(Figure figure) {
        ObjectNode json = Json.object();
        figure.spreads().forEach((name, spread) -> json.set(name, spread.toJson()));
        return json;
    }

    private ObjectNode figureJson(Figure figure) {
        Contender contender = figure.contender();
        ObjectNode json = Json.object();
        json.put("part", contender.part().word());
        json.put("name", contender.name());
        json.put("peer", contender.isPeer());
        json.put("rounds", figure.rounds().size());
        // Whoever runs the database need not have its password in a file.
        ObjectNode parameters = contender.parameters().deepCopy();
        parameters.remove("postgres");
        json.set("parameters", parameters);
        json.set("values", spreads(figure));
        ratio(figure).ifPresent(ratio -> json.put("limit", contender.limit()).put("ratio_to_limit", rounded(ratio)));
        List<Verdict> verdicts = verdicts(figure);
        if (verdicts.isEmpty()) return json;
        ArrayNode goals = json.putArray("goals");
        for (Verdict verdict : verdicts) goals.add(goalJson(verdict));
        return json;
    }

    private static ObjectNode goalJson(Verdict verdict) {
        Goal goal = verdict.goal();
        ObjectNode json = Json.object();
        json.put("value", goal.value());
        if (!goal.of().isEmpty()) json.put("share_of", goal.of()).put("share", rounded(verdict.reached()));
        return json.put("bound", goal.bound()).put("met", verdict.isMet());
    }

    private static ObjectNode duelJson(Duel duel) {
        ObjectNode json = Json.object();
        json.put("part", duel.part().word());
        json.put("league", duel.league());
        json.put("ours", duel.ours().contender().name());
        json.put("peer", duel.peers().contender().name());
        return json.put("ratio", rounded(duel.ratio()));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    /** A rate as a share of what the disk can do. */
    OptionalDouble ratio(Figure figure) {
        OptionalDouble rate = figure.median(Values.RATE);
        OptionalDouble limit = limits.median(figure.contender().limit());
        return rate.isPresent() && limit.isPresent()
                ? OptionalDouble.of(rate.getAsDouble() / limit.getAsDouble())
                : OptionalDouble.empty();
    }

    /** A goal and what was reached: the value's median, or its share of another's. */
    record Verdict(Goal goal, double reached) {
        boolean isMet() {
            return goal.isMet(reached);
        }
    }

    /** Of the goals whose values were measured, in their order. */
    List<Verdict> verdicts(Figure figure) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Goal goal : figure.contender().goals()) {
            OptionalDouble reached = reached(figure, goal);
            if (reached.isPresent()) verdicts.add(new Verdict(goal, reached.getAsDouble()));
        }
        return verdicts;
    }

    private OptionalDouble reached(Figure figure, Goal goal) {
        OptionalDouble median = figure.median(goal.value());
        if (goal.of().isEmpty() || median.isEmpty()) return median;
        Part part = figure.contender().part();
        return figures.stream()
                .filter(other -> other.contender().part() == part
                        && other.contender().name().equals(goal.of()))
                .flatMapToDouble(other -> other.median(goal.value()).stream())
                .map(theirs -> median.getAsDouble() / theirs)
                .findFirst();
    }

    List<Duel> duels() {
        return figures.stream()
                .map(Figure::contender)
                .map(one -> Map.entry(one.part(), one.league()))
                .distinct()
                .filter(one -> !one.getValue().isEmpty())
                .flatMap(one -> duel(one.getKey(), one.getValue()).stream())
                .toList();
    }

    private Optional<Duel> duel(Part part, String league) {
        Optional<Figure> ours = best(part, league, false);
        Optional<Figure> peers = best(part, league, true);
        if (ours.isEmpty() || peers.isEmpty()) return Optional.empty();
        double ratio = merit(ours.get()) / merit(peers.get());
        return Optional.of(new Duel(part, league, ours.get(), peers.get(), ratio));
    }

    private Optional<Figure> best(Part part, String league, boolean peer) {
        return figures.stream()
                .filter(figure -> figure.contender().part() == part
                        && figure.contender().league().equals(league)
                        && figure.contender().isPeer() == peer)
                .max(Comparator.comparingDouble(Report::merit));
    }

    /** More is better. */
    private static double merit(Figure figure) {
        OptionalDouble rate = figure.median(Values.RATE);
        return rate.isPresent()
                ? rate.getAsDouble()
                : 1 / figure.median(Values.P50_MS).orElse(Double.MAX_VALUE);
    }
}
