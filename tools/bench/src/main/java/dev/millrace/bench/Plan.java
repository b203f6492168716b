package dev.millrace.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is measured, in the order of the table, and what is left out and why. The goals are the budgets of the design, on a
 * machine with two cores.
 */
final class Plan {
    /** Compared with each other: a force for each task or what slots share, and a force for many tasks. */
    static final String ONE_BY_ONE = "one by one";

    static final String MANY = "many at once";
    private static final int DEEPEST = 100_000;

    /** By how much a figure may depend on how much is pending or finished. */
    private static final double FLAT = 0.15;

    /** After so many tasks the virtual machine has compiled what matters. */
    private static final int WARM = 40_000;

    /** So many are sent one by one before a latency counts: fewer leave most of the code interpreted. */
    static final int LATENCY_WARM = 3_000;

    private final BenchOptions options;
    private final Optional<Path> home;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /** What is not measured. */
    record Skipped(String what, String why) {}

    private Plan(BenchOptions options, Optional<Path> home) {
        this.options = options;
        this.home = home;
    }

    /** The home is the folder with the programs {@code millrace} and {@code health_check}. */
    static Plan of(BenchOptions options, Optional<Path> home) {
        Plan plan = new Plan(options, home);
        for (Part part : Part.values()) if (options.parts().contains(part)) plan.add(part);
        if (options.peers()) plan.contenders.addAll(Peers.of(options, plan.skipped));
        else plan.skip("peers", "not asked for; see --peers and --postgres");
        plan.contenders.removeIf(one -> !one.name().contains(options.only()));
        // What is compared runs within the same minutes.
        plan.contenders.sort(Comparator.comparing(Contender::part));
        return plan;
    }

    List<Contender> contenders() {
        return contenders;
    }

    List<Skipped> skipped() {
        return skipped;
    }

    private void skip(String what, String why) {
        skipped.add(new Skipped(what, why));
    }

    private void add(Part part) {
        switch (part) {
            case SUBMIT -> addSubmit();
            case DRAIN -> addDrain();
            case LATENCY -> addLatency();
            case DEATH ->
                contenders.add(Contender.of(part, "kill -9 to the next run, 2 workers", Measurement.Name.DEATH)
                        .with("samples", Math.max(1, options.atMost(1_000) / 100))
                        .toReach(Values.P99_MS, 1_000));
            case DEPTH -> addDepth();
            case IDLE ->
                contenders.add(Contender.of(part, "a worker process", Measurement.Name.IDLE)
                        .with("seconds", options.idle())
                        .toReach(Values.CPU_PERCENT, 0.5));
            case HEALTH -> addHealth();
            case RPC -> contenders.addAll(RpcPlan.of(options));
            case COLDSTART -> addColdStart();
        }
    }

    private Contender submit(String name) {
        return Contender.of(Part.SUBMIT, name, Measurement.Name.SUBMIT);
    }

    private void addSubmit() {
        contenders.add(submit("one caller")
                .with("tasks", options.tasksOr(5_000))
                .inLeague(ONE_BY_ONE)
                .limitedBy(DiskLimits.CREATE_FORCED)
                .toReach(Values.RATE, 3_000));
        contenders.add(submit("32 callers, kind not known")
                .with("tasks", options.tasksOr(20_000))
                .with("callers", 32)
                .limitedBy(DiskLimits.CREATE_FORCED));
        contenders.add(submit("32 callers, quick kind")
                .with("tasks", options.tasksOr(40_000))
                .with("callers", 32)
                .with("quick", true)
                .limitedBy(DiskLimits.CREATE_FORCED)
                .toReach(Values.RATE, 20_000));
        for (int atOnce : new int[] {1_000, 10_000})
            contenders.add(submit("submitAll by " + atOnce + ", quick kind")
                    .with("tasks", 10 * options.tasksOr(20_000))
                    .with("at_once", atOnce)
                    .with("quick", true)
                    .inLeague(atOnce == 1_000 ? MANY : "")
                    .limitedBy(DiskLimits.BULK_FORCED)
                    .toReach(Values.RATE, 150_000));
        contenders.add(submit("submitAll by 1000, kind not known")
                .with("tasks", options.tasksOr(10_000))
                .with("at_once", 1_000)
                .limitedBy(DiskLimits.CREATE_FORCED));
    }

    private Contender drain(Part part, String name, int tasks) {
        return Contender.of(part, name, Measurement.Name.DRAIN).with("tasks", tasks);
    }

    private void addDrain() {
        int tasks = options.tasksOr(20_000);
        for (int slots : new int[] {1, 8, 64}) contenders.add(singles("single files, " + slotted(slots), tasks, slots));
        contenders.add(singles("single files, 8 slots, in process", tasks, 8).with("launcher", "in-process"));
        for (int slots : new int[] {1, 8})
            contenders.add(drain(Part.DRAIN, "batches, " + slotted(slots), 10 * tasks)
                    .with("slots", slots)
                    .with("batch", DrainRun.fullBatch())
                    .inLeague(MANY)
                    .limitedBy(DiskLimits.BULK_FORCED)
                    .toReach(Values.RATE, 120_000));
    }

    private static String slotted(int slots) {
        return slots + (slots == 1 ? " slot" : " slots");
    }

    private Contender singles(String name, int tasks, int slots) {
        Contender one = drain(Part.DRAIN, name, tasks)
                .with("slots", slots)
                .inLeague(ONE_BY_ONE)
                .limitedBy(DiskLimits.RENAME);
        return slots == 1 ? one : one.toReach(Values.RATE, 10_000);
    }

    private void addLatency() {
        contenders.add(Contender.of(Part.LATENCY, "submit to handler, worker process", Measurement.Name.LATENCY)
                .with("samples", options.atMost(300))
                .with("warm", options.atMost(LATENCY_WARM))
                .with("slots", 8)
                .inLeague(ONE_BY_ONE)
                .toReach(Values.P50_MS, 1)
                .toReach(Values.P99_MS, 5));
        contenders.add(Contender.of(
                        Part.LATENCY, "the least: a forced file, noticed by a bare process", Measurement.Name.NOTICE)
                .with("samples", options.atMost(300))
                .with("warm", options.atMost(LATENCY_WARM)));
    }

    private void addDepth() {
        int deepest = options.tasksOr(DEEPEST);
        List<Integer> depths = new ArrayList<>(Stream.of(1_000, 10_000, DEEPEST)
                .filter(depth -> depth < deepest)
                .toList());
        depths.add(deepest);
        String shallow = depths.get(0) + " pending";
        for (int depth : depths) {
            Contender one = depth(depth + " pending", depth);
            contenders.add(one.name().equals(shallow) ? one : flat(one, shallow));
        }
        int beside = options.atMost(10_000);
        Contender finished = depth(deepest + " finished, " + beside + " pending", beside);
        contenders.add(flat(finished, shallow).with("finished", deepest));
        if (deepest < 1_000_000) skip("depth of 1000000", "takes many minutes; ask with --tasks 1000000");
    }

    /** As fast, for as much work and memory, as with few pending. */
    private static Contender flat(Contender contender, String shallow) {
        return contender
                .toReach(Goal.flat(Values.RATE, FLAT, shallow))
                .toReach(Goal.flat(Values.CPU_US, FLAT, shallow))
                .toReach(Goal.flat(Values.MEMORY_MB, FLAT, shallow));
    }

    /** Few at a time are drained again and again, so that all are measured for as long, and equally warm. */
    private Contender depth(String name, int pending) {
        return drain(Part.DEPTH, name, pending)
                .with("slots", 8)
                .with("warm", options.atMost(WARM))
                .with("repeats", Math.max(1, options.atMost(WARM) / pending))
                .limitedBy(DiskLimits.RENAME);
    }

    private void addHealth() {
        for (int pending : new int[] {0, options.tasksOr(DEEPEST)})
            contenders.add(Contender.of(Part.HEALTH, "in process, " + pending + " pending", Measurement.Name.HEALTH)
                    .with("pending", pending)
                    .with("samples", options.atMost(200)));
        program("health_check")
                .ifPresent(file -> contenders.add(
                        Contender.of(Part.HEALTH, "./health_check, 1000 pending", Measurement.Name.HEALTH)
                                .with("pending", options.atMost(1_000))
                                .with("command", List.of("sh", file.toString()))
                                .with("samples", options.atMost(15))
                                .toReach(Values.P50_MS, 400)));
    }

    private void addColdStart() {
        String java =
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
        contenders.add(program("java -version, for comparison", List.of(java, "-Xshare:auto", "-version")));
        program("millrace")
                .ifPresent(file ->
                        contenders.add(program("./millrace --version", List.of("sh", file.toString(), "--version"))));
        program("health_check")
                .ifPresent(file -> contenders.add(program(
                                "./health_check of a service that was never started",
                                List.of(
                                        "sh",
                                        file.toString(),
                                        "--app",
                                        "mycode",
                                        "--observe",
                                        "--allow-idle",
                                        "--apps-path",
                                        file.resolveSibling("apps").toString(),
                                        "--share",
                                        options.folder().resolve("no-share").toString()))
                        .toReach(Values.P50_MS, 400)));
    }

    private Contender program(String name, List<String> command) {
        return Contender.of(Part.COLDSTART, name, Measurement.Name.PROGRAM)
                .with("command", command)
                .with("samples", options.atMost(15));
    }

    private Optional<Path> program(String name) {
        Optional<Path> file = home.map(folder -> folder.resolve(name)).filter(Files::isRegularFile);
        if (file.isEmpty()) skip("./" + name, "it was not found; start the bench with ./millrace bench");
        return file;
    }
}
