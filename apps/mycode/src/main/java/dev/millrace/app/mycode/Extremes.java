package dev.millrace.app.mycode;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The least and the greatest of what was seen; of equal ones the first. */
final class Extremes<T> {
    private final Comparator<? super T> order;
    private @Nullable T least;
    private @Nullable T greatest;

    Extremes(Comparator<? super T> order) {
        this.order = order;
    }

    void add(T value) {
        if (least == null || order.compare(value, least) < 0) least = value;
        if (greatest == null || order.compare(value, greatest) > 0) greatest = value;
    }

    @Nullable
    T least() {
        return least;
    }

    @Nullable
    T greatest() {
        return greatest;
    }
}
