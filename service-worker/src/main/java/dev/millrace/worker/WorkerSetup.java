package dev.millrace.worker;

import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.settings.TaskSettings;
import dev.millrace.task.AttemptRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** From a service's record to what one worker is told. */
final class WorkerSetup {
    /** AGILAB's idle wait when the poll interval is zero. */
    private static final Duration SHORTEST_POLL = Duration.ofMillis(50);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private WorkerSetup() {}

    static WorkerOptions options(ServiceRecord record) {
        ServiceSettings settings = record.settings();
        return new WorkerOptions(
                settings.worker().slots(),
                rules(settings.tasks()),
                GRACE,
                settings.tasks().resultLimitBytes(),
                settings.timing().heartbeatInterval(),
                poll(settings),
                record.appFolder(),
                settings.tasks().args());
    }

    private static RulesByKind rules(TaskSettings tasks) {
        Map<String, AttemptRules> byKind = new LinkedHashMap<>();
        tasks.kinds().forEach((kind, settings) -> byKind.put(kind, settings.attempts()));
        return new RulesByKind(tasks.attempts().withTimeout(tasks.taskTimeout()), byKind);
    }

    static QueueOptions queueOptions(ServiceSettings settings) {
        return QueueOptions.defaults()
                .withDurability(settings.storage().durability())
                .withShared(settings.storage().shared())
                .withMaxRescues(settings.tasks().maxRescues())
                .withLimits(settings.tasks().limits())
                .withBatchLimit(settings.tasks().batchLimit())
                .withPoll(poll(settings));
    }

    private static Duration poll(ServiceSettings settings) {
        Duration poll = settings.timing().pollInterval();
        return poll.isZero() ? SHORTEST_POLL : poll;
    }

    static QueueLayout layout(ServiceRecord record) {
        return new QueueLayout(record.queueDir());
    }
}
