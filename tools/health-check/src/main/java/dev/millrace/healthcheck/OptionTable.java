package dev.millrace.healthcheck;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options, said to picocli in code and not by annotations: it then needs no reflection, which is a third of the time
 * that this command takes to start. All values are texts here; {@link OptionValues} knows what they mean.
 */
final class OptionTable {
    static final String APP = "--app";
    static final String APPS_PATH = "--apps-path";
    static final String HEALTH_OUTPUT_PATH = "--health-output-path";
    static final String ALLOW_IDLE = "--allow-idle";
    static final String MAX_UNHEALTHY = "--max-unhealthy";
    static final String MAX_RESTART_RATE = "--max-restart-rate";
    static final String FORMAT = "--format";
    static final String OBSERVE = "--observe";
    static final String TIMEOUT = "--timeout";
    static final String SHARE = "--share";
    static final String VERBOSE = "--verbose";
    static final String HELP = "--help";

    static final List<OptionSpec> ALL = List.of(
            value(APP, "NAME", "The app whose service is asked.").required(true).build(),
            value(APPS_PATH, "DIR", "The folder of apps (default: $MILLRACE_HOME/apps, else ./apps).")
                    .build(),
            value(HEALTH_OUTPUT_PATH, "PATH", "Where the report is written; a relative path is below the share.")
                    .build(),
            flag(ALLOW_IDLE, "Let a service pass that is idle or stopped.")
                    .negatable(true)
                    .build(),
            value(MAX_UNHEALTHY, "N", "The most unhealthy workers that pass.").build(),
            value(MAX_RESTART_RATE, "R", "The greatest share of restarted workers that passes, 0 to 1.")
                    .build(),
            value(FORMAT, "FORMAT", "json, prometheus or nagios (default: json).")
                    .build(),
            flag(OBSERVE, "Only look: write nothing and mend nothing.").build(),
            value(TIMEOUT, "S", "Seconds to wait for the answer (default: 30).").build(),
            value(SHARE, "DIR", "Where the queues lie (default: $AGI_CLUSTER_SHARE, then ~/.millrace).")
                    .build(),
            value(VERBOSE, "LEVEL", "Say more on standard error.")
                    .arity("0..1")
                    .fallbackValue("1")
                    .build(),
            flag(HELP, "Show this text.").usageHelp(true).build());

    private OptionTable() {}

    static CommandSpec command() {
        CommandSpec command = CommandSpec.create().name("health_check");
        ALL.forEach(command::addOption);
        return command;
    }

    private static OptionSpec.Builder value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description);
    }

    private static OptionSpec.Builder flag(String name, String description) {
        return OptionSpec.builder(name).type(Boolean.class).arity("0").description(description);
    }
}
