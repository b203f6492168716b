package dev.millrace.launch;

import dev.millrace.liveness.Processes;
import java.util.Set;

/** Which names mean this host. */
final class LocalHost {
    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "::1");

    private LocalHost() {}

    static boolean is(String host) {
        return NAMES.contains(host) || host.equals(Processes.local().self().host());
    }
}
