package dev.millrace.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * An app's handlers by kind.
 *
 * @param byKind every handler under its kind
 * @param defaultKind the kind of tasks that name none; empty when there is none
 */
public record HandlerRegistry(Map<String, TaskHandler> byKind, String defaultKind) {
    private static final String SUFFIX = "Handler";

    public HandlerRegistry {
        byKind = Map.copyOf(byKind);
        if (!defaultKind.isEmpty() && !byKind.containsKey(defaultKind))
            throw new IllegalArgumentException(
                    "default_kind '" + defaultKind + "' has no handler; there are handlers for " + kinds(byKind));
    }

    /** One handler for everything. */
    public static HandlerRegistry of(TaskHandler handler) {
        return new HandlerRegistry(Map.of("default", handler), "default");
    }

    /** Handlers under their kinds; when there is just one, it also gets the tasks without a kind. */
    public static HandlerRegistry of(Map<String, TaskHandler> byKind) {
        return new HandlerRegistry(byKind, onlyKind(byKind));
    }

    /**
     * The handlers that a class loader offers through {@link ServiceLoader}, and those that settings name by class.
     *
     * @param loader sees the app's classes
     * @param classNames kind to class name, from {@code [service.handlers]}; wins over the former
     * @param defaultKind from {@code [service] default_kind}; empty: the only kind, when there is just one
     * @throws IllegalArgumentException naming the class or kind that is wrong
     */
    public static HandlerRegistry load(ClassLoader loader, Map<String, String> classNames, String defaultKind) {
        Map<String, TaskHandler> found = new LinkedHashMap<>();
        try {
            for (TaskHandler handler : ServiceLoader.load(TaskHandler.class, loader)) addOffered(found, handler);
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException(
                    "META-INF/services/" + TaskHandler.class.getName() + ": " + e.getMessage(), e);
        }
        classNames.forEach((kind, name) -> found.put(kind, instance(loader, kind, name)));
        return new HandlerRegistry(found, defaultKind.isEmpty() ? onlyKind(found) : defaultKind);
    }

    private static void addOffered(Map<String, TaskHandler> found, TaskHandler handler) {
        String kind = kindOf(handler.getClass());
        TaskHandler other = found.put(kind, handler);
        if (other != null)
            throw new IllegalArgumentException("kind '" + kind + "' has two handlers: "
                    + other.getClass().getName() + " and " + handler.getClass().getName()
                    + "; name one of them under [service.handlers]");
    }

    private static String onlyKind(Map<String, TaskHandler> found) {
        return found.size() == 1 ? found.keySet().iterator().next() : "";
    }

    /** The annotation's kind, else the class name without "Handler", in lower case with dashes. */
    public static String kindOf(Class<?> type) {
        Kind kind = type.getAnnotation(Kind.class);
        if (kind != null) return kind.value();
        String name = type.getSimpleName();
        String shortened = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return shortened.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
    }

    private static TaskHandler instance(ClassLoader loader, String kind, String className) {
        try {
            Object made = Class.forName(className, true, loader)
                    .getDeclaredConstructor()
                    .newInstance();
            if (made instanceof TaskHandler handler) return handler;
            throw new IllegalArgumentException("[service.handlers] " + kind + ": " + className + " does not implement "
                    + TaskHandler.class.getName());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    "[service.handlers] " + kind + ": cannot make " + className + " (" + e
                            + "); it needs a public constructor without parameters and must be in the app's class path",
                    e);
        }
    }

    /** The handler for a task's kind. */
    public Optional<TaskHandler> find(Optional<String> kind) {
        return Optional.ofNullable(byKind.get(kindOf(kind)));
    }

    /** The kind under which a task is run; empty when it names none and there is no default. */
    String kindOf(Optional<String> kind) {
        return kind.orElse(defaultKind);
    }

    /** What to say when there is none. */
    String missing(Optional<String> kind) {
        if (byKind.isEmpty())
            return "this worker has no handlers; is the app built, and does [service] classpath name its jars?";
        return kind.map(name -> "no handler for kind '" + name + "'")
                        .orElse("the task names no kind, and there is no default_kind")
                + "; there are handlers for " + kinds(byKind);
    }

    private static String kinds(Map<String, TaskHandler> byKind) {
        return byKind.isEmpty()
                ? "nothing"
                : String.join(", ", byKind.keySet().stream().sorted().toList());
    }
}
