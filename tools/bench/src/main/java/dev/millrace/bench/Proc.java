package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What the kernel says of a process; zeros where there is no /proc. */
record Proc(double cpuSeconds, double peakMemoryMb, long switches) {
    /** Linux counts in hundredths of a second, whatever the kernel's own tick. */
    private static final double TICK = 0.01;

    private static final int USER = 11;
    private static final int SYSTEM = 12;

    static Proc of(long pid) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(folder)) return new Proc(0, 0, 0);
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[USER]) + Double.parseDouble(fields[SYSTEM]);
        double peak = number(Files.readString(folder.resolve("status")), "VmHWM") / 1024;
        return new Proc(ticks * TICK, peak, switchesOf(folder));
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
