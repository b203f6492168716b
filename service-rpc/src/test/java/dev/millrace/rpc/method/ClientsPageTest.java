package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients in docs/learning/rpc-clients.md work as they stand there. */
class ClientsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "learning", "rpc-clients.md");

    @TempDir
    Path folder;

    @Test
    void the_clients_of_the_page_call_a_daemon() throws Exception {
        boolean python = isThere("python3");
        boolean socat = isThere("socat");
        if (!python) System.err.println("python3 is missing: the page's Python client is NOT tested");
        if (!socat) System.err.println("socat is missing: the page's shell client is NOT tested");
        assumeTrue(python || socat, "neither python3 nor socat is there");
        try (ControlWorld world = ControlWorld.in(folder)) {
            world.submit("nightly", "a");
            world.until("nightly", "completed");
            String params = "{\"job_id\": \"nightly\"}";
            if (python) {
                assertThat(answer(world, "python", "rpc.py", "python3", params)
                                .path("status")
                                .asText())
                        .isEqualTo("completed");
            }
            if (socat) {
                assertThat(answer(world, "sh", "rpc.sh", "sh", params)
                                .path("result")
                                .path("status")
                                .asText())
                        .isEqualTo("completed");
            }
        }
    }

    private JsonNode answer(ControlWorld world, String language, String file, String program, String params)
            throws Exception {
        Files.writeString(folder.resolve(file), code(language));
        ProcessBuilder builder = new ProcessBuilder(program, file, "job.status", params).directory(folder.toFile());
        builder.environment().put("MILLRACE_SOCKET", world.socket().toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return Json.parse(said.strip().getBytes(StandardCharsets.UTF_8));
    }

    private static String code(String language) throws Exception {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static boolean isThere(String program) {
        return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
