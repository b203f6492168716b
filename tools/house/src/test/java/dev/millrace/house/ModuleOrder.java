package dev.millrace.house;

import java.util.Map;

/** Which module may use which in its main code: apps and tools the services, the services those below them. */
final class ModuleOrder {
    private static final int TOP = 3;
    private static final Map<String, Integer> SERVICES =
            Map.of("service-core", 0, "service-worker", 1, "service-rpc", 2, "service-http", 2, "service-cluster", 2);

    private ModuleOrder() {}

    /**
     * Says whether one module, named by its path from the root, may use the other. Nobody uses an app, a tool or the
     * test kit, but for two: the command line shows the verdict of the gate, which is the health check's, and the soak runs
     * the test kit's simulated worlds by the million.
     */
    static boolean allows(String from, String to) {
        if (from.equals(to)) return true;
        if (from.equals("tools/cli") && to.equals("tools/health-check")) return true;
        if (from.equals("tools/soak") && to.equals("service-testkit")) return true;
        return SERVICES.getOrDefault(to, TOP) < SERVICES.getOrDefault(from, TOP);
    }
}
