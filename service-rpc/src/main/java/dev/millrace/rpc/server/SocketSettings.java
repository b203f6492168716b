package dev.millrace.rpc.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.socket.SocketAccess;
import dev.millrace.settings.SettingsException;
import dev.millrace.settings.TomlDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user may say about a socket: who may connect, and what is taken on. It holds from the start to the end.
 *
 * @param group whose members may connect, too; empty for nobody else
 * @param backlog connections that the system holds until they are accepted
 * @param limits what is taken on at most
 */
public record SocketSettings(Optional<String> group, int backlog, RpcLimits limits) {
    /** The table in {@code [daemon]} of a TOML file. */
    public static final String TABLE = "socket";

    private static final SocketSettings DEFAULTS = new SocketSettings(Optional.empty(), 128, RpcLimits.defaults());
    private static final String GROUP = "group";
    private static final String MESSAGE = "max_message_bytes";
    private static final String BUFFERED = "max_buffered_bytes";

    /** What holds when nobody says anything. */
    public static SocketSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The table {@code [daemon.socket]} of a TOML file; what it does not say takes its default.
     *
     * @throws SettingsException naming file, key and value of what is wrong, also of a key that is not known
     */
    public static SocketSettings read(Path file) {
        try {
            return DEFAULTS.with(TomlDocument.read(file).path("daemon").path(TABLE));
        } catch (SettingsException e) {
            if (e.file().isPresent()) throw e;
            String key = e.key().isEmpty() ? TABLE : TABLE + "." + e.key();
            throw SettingsException.in(file, 0, "daemon." + key, e.problem());
        }
    }

    /**
     * The same with what a JSON object says, by the keys of {@link #toJson}.
     *
     * @throws SettingsException naming key and value of what is wrong
     */
    public SocketSettings with(JsonNode given) {
        if (!given.isObject() && !given.isMissingNode())
            throw SettingsException.of("", "must be a table, not " + given);
        ObjectNode all = toJson();
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            if (!all.has(entry.getKey()))
                throw SettingsException.of(entry.getKey(), "is not known; there are " + String.join(", ", keys()));
            all.set(entry.getKey(), entry.getValue());
        }
        if (!given.has(BUFFERED))
            all.put(
                    BUFFERED,
                    Math.max(all.get(BUFFERED).asLong(), all.get(MESSAGE).asLong()));
        return new SocketSettings(groupIn(all), whole(all, "backlog", 1, 65_535), limitsIn(all));
    }

    private static Optional<String> groupIn(ObjectNode all) {
        JsonNode name = all.get(GROUP);
        if (name.isNull()) return Optional.empty();
        if (name.isTextual() && !name.textValue().isBlank()) return Optional.of(name.textValue());
        throw SettingsException.of(GROUP, "must be the name of a group, not " + name);
    }

    private static RpcLimits limitsIn(ObjectNode all) {
        int message = whole(all, MESSAGE, 1_024, 1 << 30);
        return RpcLimits.defaults()
                .withMessageBytes(message)
                .withBufferedBytes(whole(all, BUFFERED, message, 1L << 40))
                .withConnections(whole(all, "max_connections", 1, 100_000))
                .withRequests(
                        whole(all, "max_concurrent_requests", 1, 10_000),
                        whole(all, "max_waiting_requests", 0, 1_000_000))
                .withBatch(whole(all, "max_batch_requests", 1, 1_000_000))
                .withStreams(whole(all, "max_streams", 0, 100_000), whole(all, "max_stream_events", 1, 10_000_000))
                .withHeartbeat(seconds(all, "stream_heartbeat_sec"))
                .withStall(seconds(all, "stall_sec"));
    }

    private static int whole(ObjectNode all, String key, int least, int most) {
        return (int) whole(all, key, least, (long) most);
    }

    private static long whole(ObjectNode all, String key, long least, long most) {
        JsonNode value = all.get(key);
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        if (fits && value.longValue() >= least && value.longValue() <= most) return value.longValue();
        throw SettingsException.of(key, "must be a whole number from " + least + " to " + most + ", not " + value);
    }

    private static Duration seconds(ObjectNode all, String key) {
        JsonNode value = all.get(key);
        double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (seconds >= 0.1 && seconds <= 3_600) return Duration.ofNanos(Math.round(seconds * 1e9));
        throw SettingsException.of(key, "must be 0.1 to 3600 seconds, not " + value);
    }

    /** The keys whose values are others. */
    public List<String> differing(SocketSettings other) {
        ObjectNode theirs = other.toJson();
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, JsonNode> mine : toJson().properties())
            if (!mine.getValue().equals(theirs.get(mine.getKey()))) keys.add(mine.getKey());
        return keys;
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        toJson().fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** How a server listens so. */
    public RpcServerOptions at(Path socket) {
        return RpcServerOptions.at(socket)
                .withAccess(group.map(SocketAccess::group).orElse(SocketAccess.owner()))
                .withBacklog(backlog)
                .withLimits(limits);
    }

    /** As it is shown, and given. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object().put(GROUP, group.orElse(null)).put("backlog", backlog);
        json.put(MESSAGE, limits.messageBytes()).put("max_connections", limits.connections());
        json.put("max_concurrent_requests", limits.requests()).put("max_waiting_requests", limits.waiting());
        json.put("max_batch_requests", limits.batch()).put(BUFFERED, limits.bufferedBytes());
        json.put("max_streams", limits.streams()).put("max_stream_events", limits.streamEvents());
        json.put("stream_heartbeat_sec", limits.heartbeat().toMillis() / 1e3);
        return json.put("stall_sec", limits.stall().toMillis() / 1e3);
    }
}
