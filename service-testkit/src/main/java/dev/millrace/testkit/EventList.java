package dev.millrace.testkit;

import dev.millrace.event.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

final class EventList implements RecordingEvents {
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(Event event) {
        events.add(event);
    }

    @Override
    public List<Event> all() {
        return List.copyOf(events);
    }

    @Override
    public <E extends Event> List<E> of(Class<E> type) {
        return all().stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void clear() {
        events.clear();
    }
}
