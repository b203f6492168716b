package dev.millrace.worker;

import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.TaskSettings;
import dev.millrace.task.AttemptRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** From a service's record to what one worker is told. */
final class WorkerSetup {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private WorkerSetup() {}

    static WorkerOptions options(ServiceRecord record) {
        ServiceSettings settings = record.settings();
        return new WorkerOptions(
                settings.worker().slots(),
                rules(settings.tasks()),
                GRACE,
                settings.payloadLimits().largest(),
                settings.timing().heartbeatInterval(),
                settings.timing().poll(),
                record.appFolder(),
                settings.tasks().args());
    }

    private static RulesByKind rules(TaskSettings tasks) {
        Map<String, AttemptRules> byKind = new LinkedHashMap<>();
        tasks.kinds().forEach((kind, settings) -> byKind.put(kind, settings.attempts()));
        return new RulesByKind(tasks.attempts().withTimeout(tasks.taskTimeout()), byKind);
    }

    static QueueLayout layout(ServiceRecord record) {
        return new QueueLayout(record.queueDir());
    }
}
