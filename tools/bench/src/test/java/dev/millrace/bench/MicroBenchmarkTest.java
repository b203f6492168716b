package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each of {@link MicroBenchmarks} runs. With {@code -Dmicro=true} it is measured in earnest, and printed to the test's output. */
class MicroBenchmarkTest {
    private static final boolean IN_EARNEST = Boolean.getBoolean("micro");

    private static Collection<RunResult> results() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(MicroBenchmarks.class.getName().replace(".", "\\."))
                .shouldFailOnError(true)
                .verbosity(IN_EARNEST ? VerboseMode.NORMAL : VerboseMode.SILENT)
                .jvmArgs("-Djmh.ignoreLock=true");
        if (IN_EARNEST) options.forks(2).warmupIterations(3).measurementIterations(5);
        else options.forks(0).warmupIterations(0).measurementIterations(1);
        TimeValue length = IN_EARNEST ? TimeValue.seconds(1) : TimeValue.milliseconds(20);
        System.setProperty("jmh.ignoreLock", "true");
        return new Runner(options.warmupTime(length).measurementTime(length).build()).run();
    }

    @Test
    void every_micro_benchmark_brings_a_figure() throws Exception {
        assertThat(results())
                .hasSize(5)
                .allSatisfy(one -> assertThat(one.getPrimaryResult().getScore()).isPositive());
    }
}
