package dev.millrace.queue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What callers have been told up to a moment, and what must therefore hold whatever happens next.
 *
 * @param accepted unique names of tasks whose submit returned: each ends, and is found once
 * @param calledOff unique names of tasks whose cancel returned before they ran: nobody begins them any more
 * @param removed unique names of tasks that somebody asked to remove: they may be gone
 * @param once ids of which there is exactly one task in the end
 * @param whole sets of ids of which there are all or none
 * @param keys unique keys with which no more than one task waits at any time
 * @param seen the outcomes that somebody could see, by unique name: they stay what they were
 */
record Promised(
        Set<String> accepted,
        Set<String> calledOff,
        Set<String> removed,
        Set<String> once,
        Set<Set<String>> whole,
        Set<String> keys,
        Map<String, String> seen) {
    Promised() {
        this(
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashMap<>());
    }

    Promised copy() {
        return new Promised(
                new HashSet<>(accepted),
                new HashSet<>(calledOff),
                new HashSet<>(removed),
                new HashSet<>(once),
                new HashSet<>(whole),
                new HashSet<>(keys),
                new HashMap<>(seen));
    }
}
