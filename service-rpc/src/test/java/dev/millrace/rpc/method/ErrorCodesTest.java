package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.server.Stranger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each code of the table, heard by somebody who has only the socket. */
class ErrorCodesTest extends WithControlWorld {
    private static final String ASKED = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":";

    private JsonNode errorOf(String line) throws Exception {
        try (Stranger stranger = Stranger.at(world.socket())) {
            return stranger.asks(line).path("error");
        }
    }

    private JsonNode errorOf(String method, Map<String, Object> params) throws Exception {
        return world.reply(method, params).path("error");
    }

    /** FORBIDDEN needs another user; PeerCheckTest hears it. */
    @Test
    void every_code_is_said_with_a_reason_for_programs() throws Exception {
        world.held.add("a");
        world.submit("runs", "a");
        world.submit("done", "b");
        world.until("done", "completed");
        Map<RpcErrorCode, JsonNode> heard = new EnumMap<>(RpcErrorCode.class);
        heard.put(RpcErrorCode.PARSE_ERROR, errorOf("not json"));
        heard.put(RpcErrorCode.INVALID_REQUEST, errorOf(ASKED + "5}"));
        heard.put(RpcErrorCode.METHOD_NOT_FOUND, errorOf(ASKED + "\"job.logs\"}"));
        heard.put(RpcErrorCode.INVALID_PARAMS, errorOf(ASKED + "\"job.status\"}"));
        heard.put(RpcErrorCode.JOB_NOT_FOUND, errorOf("job.status", Map.of("job_id", "nobody")));
        heard.put(RpcErrorCode.ALREADY_RUNNING, errorOf("job.recover", Map.of("job_id", "runs")));
        Path file = Files.writeString(folder.resolve("plain"), "no folder");
        heard.put(
                RpcErrorCode.WORKSPACE_NOT_FOUND,
                errorOf("job.submit", Map.of("config_path", "daily.toml", "client_cwd", file.toString())));
        // Refusals of submit, resume and modify are results, and have the number that they would have as errors.
        JsonNode refused = world.result("job.resume", Map.of("job_id", "done"));
        assertThat(refused.path("status").asText()).isEqualTo("rejected");
        heard.put(RpcErrorCode.NOT_RESUMABLE, asError(refused));
        world.control().limit(world.control().limits().withMaxPending(1));
        world.result("task.pause", Map.of("all", true));
        Map<String, Object> task = Map.of("task", Map.of("kind", "work"));
        world.result("service.submit", task);
        heard.put(RpcErrorCode.RESOURCE_EXHAUSTED, errorOf("service.submit", task));
        world.control().drain();
        heard.put(RpcErrorCode.SHUTTING_DOWN, errorOf("service.submit", task));
        heard.put(RpcErrorCode.INTERNAL_ERROR, afterTheQueueBroke());

        for (RpcErrorCode code : RpcErrorCode.values()) {
            if (code == RpcErrorCode.FORBIDDEN) continue;
            JsonNode error = heard.getOrDefault(code, Json.object());
            assertThat(error.path("code").asInt()).as("%s: %s", code, error).isEqualTo(code.number());
            assertThat(error.path("message").asText()).isNotBlank();
            assertThat(error.path("data").path("reason").asText()).matches("[a-z_]+");
        }
    }

    private static JsonNode asError(JsonNode refused) {
        ObjectNode error = Json.object();
        error.set("code", refused.path("code"));
        error.set("message", refused.path("message"));
        error.putObject("data").set("reason", refused.path("reason"));
        return error;
    }

    /** Nobody can read a job's file. */
    private JsonNode afterTheQueueBroke() throws Exception {
        Path ended = world.service().queue().layout().jobs().resolve("ended");
        Files.writeString(Files.createDirectories(ended).resolve("broken.json"), "{");
        return errorOf("job.status", Map.of("job_id", "broken"));
    }

    @Test
    void a_folder_of_the_caller_that_is_not_there_is_named_and_one_that_is_there_is_used() throws Exception {
        Files.writeString(folder.resolve("daily.toml"), "[[tasks]]\nname = \"a\"\nkind = \"work\"\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        for (String nowhere : new String[] {folder.resolve("gone").toString(), "relative", "\0"}) {
            JsonNode error = errorOf("job.submit", Map.of("config_path", "daily.toml", "client_cwd", nowhere));
            assertThat(error.path("code").asInt()).isEqualTo(-32005);
            assertThat(error.path("data").path("reason").asText()).isEqualTo("workspace_not_found");
            assertThat(error.path("data").path("param").asText()).isEqualTo("client_cwd");
        }
        Map<String, Object> there = Map.of("config_path", "daily.toml", "client_cwd", link.toString());
        assertThat(world.result("job.submit", there).path("status").asText()).isEqualTo("accepted");
    }
}
