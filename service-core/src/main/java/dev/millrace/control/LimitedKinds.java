package dev.millrace.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.LimitState;
import dev.millrace.queue.QueueControl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Kinds that have a limit, and whether they may begin now: what the workers themselves go by. */
final class LimitedKinds {
    private final List<Kind> kinds = new ArrayList<>();

    /** One kind of one service. */
    private record Kind(String service, String name, QueueControl control, LimitState state) {
        private String place() {
            return service + "/" + name;
        }

        private boolean isHeldByRate() {
            return !state.untilNext().isZero();
        }

        private ObjectNode describe(ObjectNode json) {
            return json.put("service", service).put("kind", name);
        }
    }

    /** Looks at those of a service now. */
    void add(Hosted hosted) throws IOException {
        QueueControl control = hosted.service().queue().control();
        Set<String> names = hosted.service().queue().options().limits().byKind().keySet();
        control.limits(names).forEach((kind, state) -> kinds.add(new Kind(hosted.name(), kind, control, state)));
    }

    int heldByRates() {
        return (int) kinds.stream().filter(Kind::isHeldByRate).count();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        ObjectNode backends = json.putObject("backends");
        ObjectNode breakers = json.putObject("open_breakers");
        for (Kind kind : kinds) {
            if (kind.isHeldByRate())
                kind.describe(backends.putObject(kind.place()))
                        .put("rate", kind.state().rate())
                        .put(
                                "seconds_remaining",
                                Math.ceil(kind.state().untilNext().toMillis() / 100.0) / 10);
            kind.state()
                    .broken()
                    .ifPresent(broken -> kind.describe(breakers.putObject(kind.place()))
                            .put("failures", broken.failures())
                            .put("seconds_until_probe", broken.untilProbe().toMillis() / 1e3));
        }
        return json.put("active_limits", heldByRates());
    }

    /** Lets those begin that are meant; how many were held back. */
    int clear(Optional<String> wanted) throws IOException, InterruptedException {
        int cleared = 0;
        for (Kind kind : kinds) {
            boolean meant = wanted.isEmpty()
                    || wanted.get().equals(kind.name())
                    || wanted.get().equals(kind.place());
            boolean held = kind.isHeldByRate() || kind.state().broken().isPresent();
            if (meant && held && kind.control().refill(kind.name())) cleared++;
        }
        return cleared;
    }
}
