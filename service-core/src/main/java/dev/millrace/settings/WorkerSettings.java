package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * What each worker is.
 *
 * @param launcher how it comes to life
 * @param slots how many tasks it runs at once, 1 to 1024
 * @param classpath where the app's classes are: folders and patterns, below the app's folder
 * @param env the names of environment variables that it gets besides {@link #CLEAN_ENVIRONMENT}
 * @param javaOptions options of its Java, one element each
 */
public record WorkerSettings(
        Launcher launcher, int slots, List<String> classpath, List<String> env, List<String> javaOptions) {
    /** The environment variables that every worker gets, when they are set. */
    public static final List<String> CLEAN_ENVIRONMENT = List.of(
            "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME", "AGI_CLUSTER_SHARE", "MILLRACE_SSH");

    public WorkerSettings {
        classpath = List.copyOf(classpath);
        env = List.copyOf(env);
        javaOptions = List.copyOf(javaOptions);
    }

    /** The names of all environment variables that it gets, each once. */
    public List<String> passedVariables() {
        return Stream.concat(CLEAN_ENVIRONMENT.stream(), env.stream())
                .distinct()
                .toList();
    }

    static WorkerSettings of(Values values) {
        return new WorkerSettings(
                values.launcher().orElseThrow(),
                values.whole(SettingKey.SLOTS).orElseThrow(),
                values.list(SettingKey.CLASSPATH).orElseThrow(),
                values.list(SettingKey.ENV).orElseThrow(),
                values.list(SettingKey.JAVA_OPTIONS).orElseThrow());
    }

    void putInto(ObjectNode json) {
        json.put(SettingKey.LAUNCHER.key(), launcher.word());
        json.put(SettingKey.SLOTS.key(), slots);
        classpath.forEach(json.putArray(SettingKey.CLASSPATH.key())::add);
        env.forEach(json.putArray(SettingKey.ENV.key())::add);
        javaOptions.forEach(json.putArray(SettingKey.JAVA_OPTIONS.key())::add);
    }
}
