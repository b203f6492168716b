package dev.millrace.testkit;

import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.TaskHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The handlers of a {@link TestService}: those that serve now, and how a process that starts anew makes its own. */
final class Handlers {
    private final Map<String, Supplier<? extends TaskHandler>> makers = new LinkedHashMap<>();
    private final Map<String, TaskHandler> serving = new LinkedHashMap<>();

    /** @param maker may give the same one each time */
    void add(String kind, Supplier<? extends TaskHandler> maker) {
        makers.put(kind, maker);
        serving.put(kind, maker.get());
    }

    /** Those that {@link java.util.ServiceLoader} finds; it makes new ones each time. */
    void addOffered() {
        ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(Handlers.class::getClassLoader);
        for (String kind : offered(loader).keySet())
            add(kind, () -> Optional.ofNullable(offered(loader).get(kind)).orElseThrow());
    }

    private static Map<String, TaskHandler> offered(ClassLoader loader) {
        return HandlerRegistry.load(loader, Map.of(), "").byKind();
    }

    Set<String> kinds() {
        return serving.keySet();
    }

    /** How the handler of a kind is made. */
    Optional<Supplier<? extends TaskHandler>> maker(String kind) {
        return Optional.ofNullable(makers.get(kind));
    }

    HandlerRegistry serving() {
        return HandlerRegistry.of(serving);
    }

    /** Those of another life, in which a kind has this handler. */
    HandlerRegistry anew(String kind, TaskHandler handler) {
        Map<String, TaskHandler> fresh = new LinkedHashMap<>();
        makers.forEach((other, maker) -> fresh.put(other, other.equals(kind) ? handler : maker.get()));
        fresh.put(kind, handler);
        return HandlerRegistry.of(fresh);
    }
}
