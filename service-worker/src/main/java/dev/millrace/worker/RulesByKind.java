package dev.millrace.worker;

import dev.millrace.task.AttemptRules;
import dev.millrace.task.TaskDocument;
import java.util.Map;

/**
 * What a service's settings say of how long attempts may run and how often tasks are tried.
 *
 * @param usual for all tasks
 * @param byKind for those of single kinds; wins
 */
public record RulesByKind(AttemptRules usual, Map<String, AttemptRules> byKind) {
    /** Nothing is said. */
    public static final RulesByKind NONE = new RulesByKind(AttemptRules.NONE, Map.of());

    public RulesByKind {
        byKind = Map.copyOf(byKind);
    }

    /** What holds for a task of this kind: what it says itself, then its kind, then the service. */
    AttemptRules of(TaskDocument document, String kind) {
        return document.rules()
                .orElse(byKind.getOrDefault(kind, AttemptRules.NONE))
                .orElse(usual);
    }
}
