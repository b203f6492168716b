package dev.millrace.launch;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

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

    /**
     * Options that let a worker on this host share the classes that tools/launch.sh keeps in an archive beside the jar that
     * the class path begins with; none where there is no such archive. The virtual machine passes one by that does not fit,
     * which is nothing that anybody need know.
     */
    static List<String> sharingClasses(String classPath, String runtimeVersion) {
        String first = classPath.split(Pattern.quote(File.pathSeparator), 2)[0];
        if (!first.endsWith(".jar")) return List.of();
        Path archive = Path.of(first.substring(0, first.length() - ".jar".length()) + "-" + runtimeVersion + ".jsa");
        // One of no length says that it was tried in vain.
        return archive.toFile().isFile() && archive.toFile().length() > 0
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off")
                : List.of();
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
