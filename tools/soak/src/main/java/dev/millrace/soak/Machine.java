package dev.millrace.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where it was run.
 *
 * @param moment when this was looked at
 * @param load the load average of the last minute; 0 where the kernel does not say
 */
record Machine(double moment, int cores, String system, String java, double load) {

    static Machine look() throws IOException {
        return new Machine(
                Time.system().epochSeconds(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
                Runtime.version().toString(),
                loadAverage());
    }

    private static double loadAverage() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Double.parseDouble(Files.readString(file).split(" ")[0]) : 0;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("timestamp", moment).put("cores", cores).put("system", system).put("java", java);
        return json.put("load_average", load);
    }

    String toText() {
        return String.format(Locale.ROOT, "%d cores, %s, Java %s, load %.1f", cores, system, java, load);
    }
}
