package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.Optional;

/**
 * One way of doing one thing, measured in a process of its own.
 *
 * @param part what is done
 * @param name how it is done
 * @param measurement what the process runs
 * @param parameters for it
 * @param league peers and ours of one league are compared; empty: with nobody
 * @param limit the limit of the disk that its rate is compared with; empty: none
 * @param goal what it is to reach
 */
record Contender(
        Part part,
        String name,
        Measurement.Name measurement,
        ObjectNode parameters,
        String league,
        String limit,
        Optional<Goal> goal) {

    static Contender of(Part part, String name, Measurement.Name measurement) {
        return new Contender(part, name, measurement, Json.object(), "", "", Optional.empty());
    }

    Contender with(String key, Object value) {
        ObjectNode more = parameters.deepCopy();
        more.set(key, Json.tree(value));
        return new Contender(part, name, measurement, more, league, limit, goal);
    }

    Contender inLeague(String newLeague) {
        return new Contender(part, name, measurement, parameters, newLeague, limit, goal);
    }

    Contender limitedBy(String newLimit) {
        return new Contender(part, name, measurement, parameters, league, newLimit, goal);
    }

    Contender toReach(String value, double bound) {
        boolean atLeast = value.equals(Values.RATE);
        return new Contender(
                part, name, measurement, parameters, league, limit, Optional.of(new Goal(value, bound, atLeast)));
    }

    boolean isPeer() {
        return measurement == Measurement.Name.PEER;
    }
}
