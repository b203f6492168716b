package dev.millrace.health;

import dev.millrace.health.Metric.Sample;
import java.util.List;
import java.util.stream.Stream;

/** Writes all metrics in the text exposition format. Every sample bears the labels {@code app} and {@code target} first. */
final class PrometheusText {
    private final String commonLabels;
    private final StringBuilder text = new StringBuilder();

    PrometheusText(String app, String target) {
        this.commonLabels = label("app", app) + "," + label("target", target);
    }

    /** Every metric that can occur, in order. */
    static List<Metric> metrics() {
        return Stream.of(AgilabMetrics.ALL, MillraceMetrics.ALL, WorkerMetrics.ALL)
                .flatMap(List::stream)
                .toList();
    }

    String render(Judged judged) {
        for (Metric metric : metrics()) append(metric, metric.samples().apply(judged));
        return text.toString();
    }

    private void append(Metric metric, List<Sample> samples) {
        if (samples.isEmpty()) return;
        text.append("# HELP ")
                .append(metric.name())
                .append(' ')
                .append(metric.help())
                .append('\n');
        text.append("# TYPE ").append(metric.name()).append(" gauge\n");
        for (Sample sample : samples) append(metric.name(), sample);
    }

    private void append(String name, Sample sample) {
        text.append(name).append('{').append(commonLabels);
        sample.labels().forEach((label, value) -> text.append(',').append(label(label, value)));
        text.append("} ").append(sample.value()).append('\n');
    }

    private static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
        return name + "=\"" + escaped + "\"";
    }
}
