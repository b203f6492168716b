package dev.millrace.house;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The floors of service-core, from the ground up. A package knows the floors below it and its own; that two on one floor
 * do not know each other in a circle is a rule of its own.
 *
 * @param root the package around them
 */
record PackageOrder(String root) {
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("time", "json", "storage"),
            Set.of("task", "event", "liveness", "schema"),
            Set.of("queue"),
            Set.of("recurring"),
            Set.of("settings", "health"),
            Set.of("lifecycle"),
            Set.of("job"),
            Set.of("control"));

    /** The name of the package right under the root that a class lies in; empty when it lies elsewhere. */
    String placeOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1).split("\\.", 2)[0] : "";
    }

    /** Says whether one may know the other. A package without a floor may know none and be known by none. */
    boolean allows(String from, String to) {
        return from.equals(to) || (floorOf(from) >= 0 && floorOf(to) >= 0 && floorOf(to) <= floorOf(from));
    }

    private static int floorOf(String place) {
        return IntStream.range(0, FLOORS.size())
                .filter(floor -> FLOORS.get(floor).contains(place))
                .findFirst()
                .orElse(-1);
    }
}
