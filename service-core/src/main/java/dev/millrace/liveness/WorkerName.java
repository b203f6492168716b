package dev.millrace.liveness;

import java.util.regex.Pattern;

/** How a worker's name is spelled in file names: AGILAB's rule. */
public interface WorkerName {
    /** Everything outside these becomes one dash. */
    Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_.-]+");

    /** The name as it may stand in a file name; {@code worker} when nothing of it may. */
    static String safe(String name) {
        String dashed = UNSAFE.matcher(name).replaceAll("-");
        int from = 0;
        int to = dashed.length();
        while (from < to && dashed.charAt(from) == '-') from++;
        while (to > from && dashed.charAt(to - 1) == '-') to--;
        return from == to ? "worker" : dashed.substring(from, to);
    }

    /** The heartbeat file of a worker. */
    static String heartbeatFile(int workerId, String name) {
        String shown = name.isBlank() ? Integer.toString(workerId) : name;
        return String.format("%03d-%s.json", workerId, safe(shown));
    }
}
