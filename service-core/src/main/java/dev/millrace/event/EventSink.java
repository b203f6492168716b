package dev.millrace.event;

/** Where events go. Implementations return at once and never throw. */
@FunctionalInterface
public interface EventSink {
    void accept(Event event);

    /** Hears nothing. */
    static EventSink silent() {
        return event -> {};
    }
}
