package dev.millrace.soak.fuzz;

import dev.millrace.settings.AppSettings;
import dev.millrace.settings.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Settings in TOML: read, or refused with a message that names the file. */
final class SettingsRound implements Round {
    private static final int DOCUMENTS = 5;
    private static final String MODEL = """
            [cluster]
            scheduler = "127.0.0.1:8786"
            pool = false
            [cluster.workers]
            "127.0.0.1" = 2
            [cluster.service_health]
            max_unhealthy = 1
            max_restart_rate = 0.5
            max_pending = 100
            [service]
            poll_interval = 0.5
            heartbeat_timeout = 5.0
            stop_timeout = "none"
            durability = "os"
            slots = 4
            java_options = ["-Xmx64m"]
            cleanup_done_ttl_sec = 60
            task_timeout = 12.5
            [service.retry]
            strategy = "exponential"
            base = 1
            cap = 60
            [service.kinds.mail]
            max_attempts = 8
            max_running = 3
            rate = "100/min"
            [service.serves]
            "127.0.0.1" = ["mail"]
            [service.handlers]
            mail = "com.example.Mail"
            [service.recurring.nightly]
            cron = "0 3 * * *"
            zone = "Europe/Berlin"
            kind = "mail"
            overlap = "skip"
            [service.args]
            when = 2026-01-01T12:00:00Z
            list = [1, 2.5, "x", { a = [] }]
            """;

    private static final List<String> PIECES = List.of(
            "= nan",
            "= inf",
            "= -inf",
            "= -1",
            "= 0",
            "= 1e400",
            "= \"\"",
            "= []",
            "= {}",
            "= true",
            "= 1979-05-27",
            "= \"\"\"\nx",
            "= 0x_1",
            "[",
            "]]",
            "[[service]]",
            "[service.kinds.\"\"]",
            "[service.recurring.\"a b\"]",
            "#",
            "a.b.c = 1",
            "\"\\uD800\" = 1",
            "= \"1/0\"",
            "= \"99999999999/ms\"",
            "= \"* * * * * * *\"");

    private final Path file;
    private final Mutations mutations;
    private final RandomGenerator random;
    private final List<Document> documents = new ArrayList<>();
    private long refused;

    SettingsRound(Path scratch, RandomGenerator random) {
        this.file = scratch.resolve("app_settings.toml");
        this.random = random;
        this.mutations = new Mutations(random);
    }

    @Override
    public void run() throws IOException {
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] content = random.nextInt(3) == 0
                    ? mutations.of(MODEL.getBytes(StandardCharsets.UTF_8))
                    : changed().getBytes(StandardCharsets.UTF_8);
            documents.add(new Document("settings", file, content));
            Files.write(file, content);
            read();
        }
    }

    /** Lines with another value, line, or place. */
    private String changed() {
        List<String> lines = new ArrayList<>(MODEL.lines().toList());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(lines.size());
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            String line = lines.get(at);
            int equals = line.indexOf('=');
            switch (random.nextInt(4)) {
                case 0 -> lines.add(at, piece);
                case 1 -> lines.remove(at);
                case 2 -> lines.add(lines.remove(at));
                default ->
                    lines.set(at, equals > 0 && piece.startsWith("=") ? line.substring(0, equals) + piece : piece);
            }
        }
        return String.join("\n", lines);
    }

    private void read() {
        try {
            AppSettings settings = AppSettings.read(file);
            settings.service();
        } catch (SettingsException inOrder) {
            refused++;
            if (String.valueOf(inOrder.getMessage()).isBlank())
                throw new IllegalStateException("refused without a word", inOrder);
        }
    }

    @Override
    public List<Document> documents() {
        return documents;
    }

    @Override
    public long refused() {
        return refused;
    }
}
