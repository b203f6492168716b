package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.Drafts.Draft;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the names that tasks give of their dependencies into unique names, which go into their documents, so that nobody
 * must search again. Refuses names that no task bears, and tasks that wait for each other.
 */
final class DependencyPlan {
    private static final String KEY = "depends_on";

    private final Drafts drafts;
    private final DependencyFinder finder;

    DependencyPlan(Drafts drafts, DependencyFinder finder) {
        this.drafts = drafts;
        this.finder = finder;
    }

    /** The names under the key, each once. */
    static Set<String> namesIn(JsonNode dependsOn) {
        if (dependsOn.isEmpty()) return Set.of();
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : dependsOn) names.add(name.asText());
        return names;
    }

    /** The tasks as drafts, in their order. */
    List<Draft> drafted(List<Task> tasks) throws IOException {
        for (Task task : tasks) requireNothingOfOurs(task);
        List<Set<String>> names = new ArrayList<>();
        for (Task task : tasks) names.add(namesIn(task.keys().path(KEY)));
        if (names.stream().allMatch(Set::isEmpty)) return plain(tasks);
        return new Round(tasks, names).drafted();
    }

    static void requireNothingOfOurs(Task task) {
        for (String key : Drafts.QUEUES)
            if (task.keys().hasNonNull(key))
                throw new InvalidTaskException(
                        key, task.keys().get(key).toString(), "is written by the queue; leave it out");
    }

    private List<Draft> plain(List<Task> tasks) throws IOException {
        List<Draft> made = new ArrayList<>(tasks.size());
        for (Task task : tasks) made.add(drafts.drafted(task));
        return made;
    }

    /** One call. */
    private final class Round {
        private final List<Task> tasks;
        private final List<Set<String>> names;
        private final Map<String, List<Integer>> byId = new HashMap<>();
        private final Map<String, String> stems = new HashMap<>();

        private Round(List<Task> tasks, List<Set<String>> names) throws IOException {
            this.tasks = tasks;
            this.names = names;
            for (int i = 0; i < tasks.size(); i++) note(i);
            findOthers();
        }

        private void note(int at) {
            idOf(tasks.get(at))
                    .ifPresent(id ->
                            byId.computeIfAbsent(id, none -> new ArrayList<>()).add(at));
        }

        private void findOthers() throws IOException {
            Set<String> outside = new LinkedHashSet<>();
            for (Set<String> some : names) outside.addAll(some);
            outside.removeAll(byId.keySet());
            stems.putAll(finder.stems(outside));
            List<String> missing = DependencyFinder.missing(outside, stems);
            if (!missing.isEmpty()) throw unknown(missing.get(0));
        }

        private List<Draft> drafted() throws IOException {
            @Nullable Draft[] made = new Draft[tasks.size()];
            Set<Integer> named = named();
            for (Map.Entry<Integer, Integer> placed : layers().depths().entrySet()) {
                int at = placed.getKey();
                int depth = placed.getValue();
                boolean waits = !names.get(at).isEmpty();
                Draft draft = drafts.drafted(waits ? resolved(at) : tasks.get(at));
                made[at] = named.contains(at) || waits ? draft.alone(waits ? depth + 1 : 0) : draft;
                idOf(tasks.get(at))
                        .filter(id -> named.contains(at))
                        .ifPresent(id -> stems.put(id, draft.order().stem(id)));
            }
            return Arrays.asList(made);
        }

        private Task resolved(int at) {
            List<String> waitsFor = names.get(at).stream().map(stems::get).toList();
            return tasks.get(at).with(Drafts.WAITS_FOR, waitsFor);
        }

        private Set<Integer> named() {
            Set<Integer> named = new HashSet<>();
            for (Set<String> some : names)
                for (String name : some) sibling(name).ifPresent(named::add);
            return named;
        }

        private Optional<Integer> sibling(String name) {
            List<Integer> bearers = byId.getOrDefault(name, List.of());
            if (bearers.size() > 1)
                throw new InvalidTaskException(
                        KEY,
                        name,
                        "is the id of " + bearers.size() + " tasks that are submitted together; give each its own id");
            return bearers.stream().findFirst();
        }

        private Layers<Integer> layers() {
            Map<Integer, List<Integer>> waits = new LinkedHashMap<>();
            for (int i = 0; i < tasks.size(); i++)
                waits.put(
                        i,
                        names.get(i).stream()
                                .flatMap(name -> sibling(name).stream())
                                .toList());
            Layers<Integer> layers = Layers.of(waits);
            if (!layers.circle().isEmpty()) throw circle(layers.circle());
            return layers;
        }

        private InvalidTaskException circle(List<Integer> members) {
            List<String> ids =
                    members.stream().map(at -> idOf(tasks.get(at)).orElse("?")).toList();
            return new InvalidTaskException(
                    KEY,
                    ids.get(1),
                    "makes tasks wait for each other: " + String.join(" -> ", ids) + "; take one of these out");
        }
    }

    private static Optional<String> idOf(Task task) {
        return task.id().map(TaskId::value);
    }

    private static InvalidTaskException unknown(String name) {
        return new InvalidTaskException(
                KEY,
                name.length() <= 120 ? name : name.substring(0, 120) + "...",
                "is the id of no task in this queue; submit it first or together with this one, or look for it with"
                        + " 'millrace tasks'; " + TaskView.DROPPED_FILES);
    }
}
