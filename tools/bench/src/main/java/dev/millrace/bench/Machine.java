package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where it was measured.
 *
 * @param moment when this was looked at
 * @param load the load average of the last minute; 0 where the kernel does not say
 */
record Machine(double moment, int cores, String system, String java, String fileSystem, double load) {

    static Machine look(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new Machine(
                Time.system().epochSeconds(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
                Runtime.version().toString(),
                Files.getFileStore(folder).type(),
                loadAverage());
    }

    private static double loadAverage() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Double.parseDouble(Files.readString(file).split(" ")[0]) : 0;
    }

    /** Something else runs here: more threads wanted to run than there are cores. */
    boolean isBusy() {
        return load > cores / 2.0;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("timestamp", moment);
        json.put("cores", cores);
        json.put("system", system);
        json.put("java", java);
        json.put("file_system", fileSystem);
        json.put("load_average", load);
        return json;
    }

    String toText() {
        return String.format(
                Locale.ROOT, "%d cores, %s, Java %s, %s, load %.1f", cores, system, java, fileSystem, load);
    }
}
