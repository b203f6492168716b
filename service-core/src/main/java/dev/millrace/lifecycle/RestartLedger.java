package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which workers were launched after the start, when and why; and which of that was told to somebody. Changed only by the
 * holder of the operation lock.
 */
final class RestartLedger {
    private static final int LIMIT_BYTES = 4 << 20;
    private static final int KEPT = 1_000;
    private final ServiceFiles files;

    RestartLedger(ServiceFiles files) {
        this.files = files;
    }

    /**
     * One launch of a worker.
     *
     * @param worker its name
     * @param at epoch seconds
     * @param reason why; empty for the first launch
     * @param process what was launched, as far as known
     * @param error why nothing was launched; empty when something was
     * @param told true when a look has reported it
     */
    record Launch(String worker, double at, String reason, ProcessIdentity process, String error, boolean told) {
        boolean isRestart() {
            return !reason.isEmpty();
        }

        /** One that came to something; that it was tried in vain is told as an error. */
        boolean isDoneRestart() {
            return isRestart() && error.isEmpty();
        }

        Launch withProcess(ProcessIdentity launched) {
            return new Launch(worker, at, reason, launched, error, told);
        }

        Launch withError(String why) {
            return new Launch(worker, at, reason, process, why, told);
        }

        Launch asTold() {
            return new Launch(worker, at, reason, process, error, true);
        }
    }

    List<Launch> read() throws IOException {
        List<Launch> launches = new ArrayList<>();
        try {
            for (JsonNode one : Json.parseObject(files.disk().read(files.restarts(), LIMIT_BYTES))
                    .path("launches")) launches.add(fromJson(one));
        } catch (NoSuchFileException | MalformedJsonException none) {
            return launches;
        }
        return launches;
    }

    void add(Launch launch) throws IOException {
        List<Launch> launches = read();
        launches.add(launch);
        write(launches);
    }

    /** Writes down what came of a launch that was added before. */
    void settle(Launch begun, Launch outcome) throws IOException {
        List<Launch> launches = read();
        launches.replaceAll(one -> one.equals(begun) ? outcome : one);
        write(launches);
    }

    /** The restarts that no look has reported yet; from now on they are. */
    List<Launch> tell() throws IOException {
        List<Launch> launches = read();
        List<Launch> untold = untold(launches);
        if (untold.isEmpty()) return untold;
        launches.replaceAll(Launch::asTold);
        write(launches);
        return untold;
    }

    static List<Launch> untold(List<Launch> launches) {
        return launches.stream()
                .filter(one -> one.isDoneRestart() && !one.told())
                .toList();
    }

    static Optional<Launch> last(List<Launch> launches, String worker) {
        List<Launch> newestFirst = new ArrayList<>(launches);
        Collections.reverse(newestFirst);
        return newestFirst.stream().filter(one -> one.worker().equals(worker)).findFirst();
    }

    static long restarts(List<Launch> launches, String worker) {
        return launches.stream()
                .filter(one -> one.isDoneRestart() && one.worker().equals(worker))
                .count();
    }

    private void write(List<Launch> launches) throws IOException {
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("launches");
        int from = Math.max(0, launches.size() - KEPT);
        for (Launch one : launches.subList(from, launches.size())) list.add(toJson(one));
        files.disk().replace(files.restarts(), Json.bytes(json), Durability.OS);
    }

    private static ObjectNode toJson(Launch launch) {
        ObjectNode json = Json.object();
        json.put("worker", launch.worker());
        json.put("at", launch.at());
        json.put("reason", launch.reason());
        json.put("pid", launch.process().pid());
        json.put("start", launch.process().start());
        json.put("host", launch.process().host());
        json.put("host_id", launch.process().hostId());
        json.put("error", launch.error());
        json.put("told", launch.told());
        return json;
    }

    private static Launch fromJson(JsonNode json) {
        return new Launch(
                json.path("worker").asText(""),
                json.path("at").asDouble(0),
                json.path("reason").asText(""),
                new ProcessIdentity(
                        json.path("pid").asLong(0),
                        json.path("start").asText(""),
                        json.path("host").asText(""),
                        json.path("host_id").asText("")),
                json.path("error").asText(""),
                json.path("told").asBoolean(false));
    }
}
