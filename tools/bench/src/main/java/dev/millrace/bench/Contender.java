package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * One way of doing one thing, measured in a process of its own.
 *
 * @param part what is done
 * @param name how it is done
 * @param measurement what the process runs
 * @param parameters for it
 * @param league peers and ours of one league are compared; empty: with nobody
 * @param limit the limit of the disk that its rate is compared with; empty: none
 * @param goals what it is to reach
 */
record Contender(
        Part part,
        String name,
        Measurement.Name measurement,
        ObjectNode parameters,
        String league,
        String limit,
        List<Goal> goals) {
    Contender {
        goals = List.copyOf(goals);
    }

    static Contender of(Part part, String name, Measurement.Name measurement) {
        return new Contender(part, name, measurement, Json.object(), "", "", List.of());
    }

    Contender with(String key, Object value) {
        ObjectNode more = parameters.deepCopy();
        more.set(key, Json.tree(value));
        return new Contender(part, name, measurement, more, league, limit, goals);
    }

    Contender inLeague(String newLeague) {
        return new Contender(part, name, measurement, parameters, newLeague, limit, goals);
    }

    Contender limitedBy(String newLimit) {
        return new Contender(part, name, measurement, parameters, league, newLimit, goals);
    }

    Contender toReach(String value, double bound) {
        return toReach(Goal.of(value, bound));
    }

    Contender toReach(Goal goal) {
        List<Goal> more = new ArrayList<>(goals);
        more.add(goal);
        return new Contender(part, name, measurement, parameters, league, limit, more);
    }

    boolean isPeer() {
        return measurement == Measurement.Name.PEER;
    }
}
