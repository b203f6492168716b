package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the kernel says of a process; zeros where there is no /proc. */
record Proc(double cpuSeconds, double peakMemoryMb, long switches) {
    /** Linux counts in hundredths of a second, whatever the kernel's own tick. */
    private static final double TICK = 0.01;

    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    static Proc of(long pid) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(folder)) return new Proc(0, 0, 0);
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[USER]) + Double.parseDouble(fields[SYSTEM]);
        double peak = number(Files.readString(folder.resolve("status")), "VmHWM") / 1024;
        return new Proc(ticks * TICK, peak, switchesOf(folder));
    }

    /** The time that the ended children of a process took, and theirs. */
    static double cpuSecondsOfChildren(long pid) {
        return fields(pid)
                        .map(stat -> sum(stat, CHILDREN_USER, CHILDREN_SYSTEM))
                        .orElse(0.0)
                * TICK;
    }

    /**
     * The time that all processes of a server took, by the number of any of them; 0 when no program of this name has that
     * number, as when the server is on another host. Those that have ended count with their parent.
     */
    static double cpuSecondsOfServer(long pid, String program) throws IOException {
        if (!fields(pid).map(Proc::program).orElse("").equals(program)) return 0;
        String parent = fields(pid).map(stat -> stat.get(PARENT)).orElse("");
        double ticks = fields(Long.parseLong(parent))
                .map(stat -> sum(stat, USER, CHILDREN_SYSTEM))
                .orElse(0.0);
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes)
                ticks += fields(Long.parseLong(String.valueOf(process.getFileName())))
                        .filter(stat -> stat.get(PARENT).equals(parent))
                        .map(stat -> sum(stat, USER, SYSTEM))
                        .orElse(0.0);
        }
        return ticks * TICK;
    }

    private static double sum(List<String> stat, int first, int last) {
        return stat.subList(first, last + 1).stream()
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    private static String program(List<String> stat) {
        return stat.get(stat.size() - 1);
    }

    /** What stands behind the program's name, which may hold blanks, and then the name. */
    private static Optional<List<String>> fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            int end = stat.lastIndexOf(')');
            List<String> fields =
                    new ArrayList<>(List.of(stat.substring(end + 2).split(" ")));
            fields.add(stat.substring(stat.indexOf('(') + 1, end));
            return Optional.of(fields);
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private static long switchesOf(Path folder) throws IOException {
        long sum = 0;
        try (var threads = Files.newDirectoryStream(folder.resolve("task"))) {
            for (Path thread : threads) sum += (long) number(textOf(thread), "voluntary_ctxt_switches");
        }
        return sum;
    }

    private static String textOf(Path thread) {
        try {
            return Files.readString(thread.resolve("status"));
        } catch (IOException ended) {
            return "";
        }
    }

    private static double number(String status, String key) {
        return Arrays.stream(status.split("\n"))
                .filter(line -> line.startsWith(key + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
