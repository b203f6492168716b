package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.time.Time;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder with apps, a home and a share, and the program run in it, within this virtual machine. */
final class Cli implements AutoCloseable {
    final Path folder;
    private final Map<String, String> variables = new HashMap<>();
    private Terminal terminal = Terminal.none();
    private String input = "";

    private Cli(Path folder) {
        this.folder = folder;
    }

    /** With one app, 'testapp', that has all of {@link TestHandlers}. */
    static Cli in(Path folder, String... settings) throws IOException {
        Tree.giveToWorkers();
        Cli cli = new Cli(folder.toRealPath());
        cli.app("testapp", settings);
        return cli;
    }

    Path app(String name, String... settings) throws IOException {
        Path app = Files.createDirectories(folder.resolve("apps").resolve(name));
        StringBuilder toml = new StringBuilder("[service]\ndefault_kind = \"echo\"\n");
        // These workers end before the second compiler pays; without it they start in half the time.
        if (Arrays.stream(settings).noneMatch(line -> line.startsWith("java_options")))
            toml.append("java_options = [\"-XX:TieredStopAtLevel=1\"]\n");
        for (String line : settings) toml.append(line).append('\n');
        toml.append("[service.handlers]\n");
        handlers().forEach((kind, type) -> toml.append(kind + " = \"" + type.getName() + "\"\n"));
        Files.writeString(app.resolve("app_settings.toml"), toml);
        return app;
    }

    private static Map<String, Class<?>> handlers() {
        return Map.of(
                "echo", TestHandlers.Echo.class,
                "fail", TestHandlers.Fail.class,
                "gate", TestHandlers.Gate.class,
                "profile-csv", TestHandlers.Profile.class);
    }

    Cli with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Cli on(Terminal newTerminal) {
        terminal = newTerminal;
        return this;
    }

    Cli input(String text) {
        input = text;
        return this;
    }

    Path share() {
        return folder.resolve("share");
    }

    Path queue() {
        return share().resolve("service/testapp/queue");
    }

    Path snapshot() {
        return folder.resolve("home/log/execute/testapp/service_operator_snapshot.json");
    }

    /** What a run left behind. */
    record Run(int code, String out, String err) {
        /** Standard output, which must be one JSON object and nothing else. */
        ObjectNode json() throws Exception {
            return Json.parseObject(out.getBytes(StandardCharsets.UTF_8));
        }

        Run expect(ExitCode expected) {
            assertThat(code).as("exit code; out: %s, err: %s", out, err).isEqualTo(expected.code());
            return this;
        }
    }

    /** The command with this share. */
    Run run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--share", share().toString()));
        return bare(all.toArray(new String[0]));
    }

    /** The command exactly so. */
    Run bare(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                terminal,
                variables,
                folder,
                folder.resolve("home"),
                new Interruption(Time.system()));
        int code = new Millrace(shell).run(List.of(args));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> names(String below) throws IOException {
        Path place = queue().resolve(below);
        if (!Files.isDirectory(place)) return List.of();
        try (Stream<Path> entries = Files.list(place)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** Every file of the share with its size and time: what looking must not change. */
    Map<String, String> tree() throws IOException {
        Map<String, String> tree = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.walk(share())) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                tree.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
        return tree;
    }

    /** Stops what a test left running. */
    @Override
    public void close() {
        run("stop", "--force", "--stop-timeout", "3");
        LiveProcesses.naming(share()).forEach(ProcessHandle::destroyForcibly);
    }
}
