package dev.millrace.launch;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command line and the clean environment of a worker's process. */
final class WorkerCommand {
    static final String MAIN = "dev.millrace.worker.WorkerMain";
    private static final int NATIVE_ACCESS_SINCE = 22;

    private WorkerCommand() {}

    static Path java() {
        return Path.of(System.getProperty("java.home", ""), "bin", "java");
    }

    /** Everything behind the java program: options, class path, main class, arguments. */
    static List<String> arguments(ServiceFiles files, ServiceRecord record, WorkerEntry worker) {
        List<String> options = record.settings().worker().javaOptions();
        List<String> arguments = new ArrayList<>();
        if (options.stream().noneMatch(WorkerCommand::choosesCollector)) arguments.add("-XX:+UseSerialGC");
        // Keeping counters for others to look at costs a third of what an idle worker costs.
        arguments.add("-XX:-UsePerfData");
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) arguments.add("--enable-native-access=ALL-UNNAMED");
        arguments.addAll(options);
        arguments.addAll(List.of("-cp", record.classPath(), MAIN, files.folder().toString(), worker.name()));
        return arguments;
    }

    private static boolean choosesCollector(String option) {
        return option.startsWith("-XX:+Use") && option.endsWith("GC");
    }

    /** What the settings let through of the caller's environment, and a language that can spell every file name. */
    static Map<String, String> environment(ServiceRecord record, Map<String, String> own) {
        Map<String, String> passed = new LinkedHashMap<>();
        for (String name : record.settings().worker().passedVariables())
            if (own.containsKey(name)) passed.put(name, own.get(name));
        if (!passed.containsKey("LC_ALL") && !passed.containsKey("LANG")) passed.put("LC_ALL", "C.UTF-8");
        return passed;
    }
}
