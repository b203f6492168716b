package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The clients in docs/learning/rpc-clients.md work as they stand there. */
class ClientsPageTest extends WithControlWorld {
    private static final Path PAGE = Path.of("..", "docs", "learning", "rpc-clients.md");

    /** What a program said, and how it ended. */
    private record Said(String out, String err, int exit) {
        JsonNode json() throws Exception {
            assertThat(exit).as(err).isZero();
            return Json.parse(out.strip().getBytes(StandardCharsets.UTF_8));
        }
    }

    private Process python(String... arguments) throws Exception {
        return begin("python3", "python", "rpc.py", arguments);
    }

    private Process shell(String... arguments) throws Exception {
        assumeTrue(isThere("socat"), "socat is missing: the page's shell client is NOT tested");
        return begin("sh", "sh", "rpc.sh", arguments);
    }

    private Process begin(String program, String language, String file, String... arguments) throws Exception {
        assumeTrue(isThere(program), program + " is missing: the page's client is NOT tested");
        Files.writeString(folder.resolve(file), code(language));
        List<String> command = new ArrayList<>(List.of(program, file));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("MILLRACE_SOCKET", world.socket().toString());
        builder.redirectError(folder.resolve("err").toFile());
        return builder.start();
    }

    private Said ended(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Said(out, Files.readString(folder.resolve("err")), process.exitValue());
    }

    private void completeAJob() throws Exception {
        world.submit("nightly", "a");
        world.until("nightly", "completed");
    }

    @Test
    void the_python_client_prints_the_result_and_an_error_ends_it_with_1() throws Exception {
        completeAJob();
        JsonNode job = ended(python("job.status", "{\"job_id\": \"nightly\"}")).json();
        assertThat(job.path("status").asText()).isEqualTo("completed");
        assertThat(ended(python("daemon.health")).json().path("status").asText())
                .isEqualTo("ok");
        Said refused = ended(python("daemon.nonsense"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("-32601");
    }

    @Test
    void the_python_client_prints_what_a_stream_brings_and_an_end_by_the_daemon_ends_it_with_1() throws Exception {
        Process stream = python("daemon.top.stream", "{\"interval_sec\": 3600}");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).contains("heartbeat_sec");
            assertThat(lines.readLine()).contains("pressure_level");
            world.dies();
            assertThat(stream.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(stream.exitValue()).isEqualTo(1);
            assertThat(Files.readString(folder.resolve("err"))).contains("-32003");
        } finally {
            stream.destroyForcibly();
        }
        world.begin();
    }

    @Test
    void the_shell_client_prints_the_reply_and_an_error_ends_it_with_1() throws Exception {
        completeAJob();
        JsonNode job = ended(shell("job.status", "{\"job_id\": \"nightly\"}")).json();
        assertThat(job.path("result").path("status").asText()).isEqualTo("completed");
        assertThat(ended(shell("daemon.health"))
                        .json()
                        .path("result")
                        .path("status")
                        .asText())
                .isEqualTo("ok");
        Said refused = ended(shell("daemon.nonsense"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).contains("-32601");
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
