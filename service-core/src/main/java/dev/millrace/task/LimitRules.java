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
        return byKind.getOrDefault(meant(kind), usual);
    }

    /** The kind of a task: one that names none is of the default kind. */
    public String meant(String kind) {
        return kind.isEmpty() ? defaultKind : kind;
    }

    /** As above, by tags. */
    public long meant(long kindTag) {
        return kindTag == TaskMarks.NO_KIND ? TaskMarks.tagOf(defaultKind) : kindTag;
    }
}
