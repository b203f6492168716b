package dev.millrace.testkit;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import java.util.List;

/** Keeps every event, in order of arrival, so that a test can ask for them. Safe for use by several threads. */
public interface RecordingEvents extends EventSink {

    /** One that has heard nothing yet. */
    static RecordingEvents create() {
        return new EventList();
    }

    /** Everything so far. */
    List<Event> all();

    /** The events of one type so far. */
    <E extends Event> List<E> of(Class<E> type);

    /** Forgets everything so far. */
    void clear();
}
