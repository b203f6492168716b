package dev.millrace.task;

import java.util.Map;

/**
 * What limits the tasks of a queue.
 *
 * @param usual the limits of kinds of which nothing is said
 * @param byKind the limits of single kinds
 * @param defaultKind the kind of tasks that name none; empty when it is not known
 */
public record LimitRules(KindLimits usual, Map<String, KindLimits> byKind, String defaultKind) {
    /** Nothing is limited but by concurrency keys. */
    public static final LimitRules NONE = new LimitRules(KindLimits.NONE, Map.of(), "");

    public LimitRules {
        byKind = Map.copyOf(byKind);
    }

    /** The limits of a kind; the empty one is the default kind. */
    public KindLimits of(String kind) {
        return byKind.getOrDefault(kind.isEmpty() ? defaultKind : kind, usual);
    }
}
