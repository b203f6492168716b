package dev.millrace.rpc.server;

import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be called, by name. */
record MethodTable(Map<String, RpcHandler> byName) {
    static final String CLOSE_STREAM = "stream.close";

    static MethodTable of(Collection<? extends RpcHandler> handlers) {
        Map<String, RpcHandler> byName = new TreeMap<>();
        for (RpcHandler handler : handlers)
            if (byName.put(handler.name(), handler) != null || handler.name().equals(CLOSE_STREAM))
                throw new IllegalArgumentException("two handlers are named " + handler.name());
        return new MethodTable(byName);
    }

    Optional<RpcHandler> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The names of those that wait for something to happen. */
    List<String> patient() {
        return byName.values().stream()
                .filter(handler -> handler instanceof RpcMethod method && method.lane() == RpcMethod.Lane.PATIENT)
                .map(RpcHandler::name)
                .toList();
    }

    List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
