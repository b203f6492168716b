package dev.millrace.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From cron, as another user who may read the service's folders and write nothing. */
class ReadOnlyUserTest {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final String NOBODY = "65534";

    @TempDir
    private Path folder;

    @Test
    void another_user_who_can_only_read_observes_and_leaves_nothing_behind() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user to show this");
        assumeTrue(Files.isExecutable(SETPRIV), "no setpriv here: install util-linux to run this");
        Path app = Files.createDirectories(folder.resolve("apps/watched"));
        Files.writeString(app.resolve("app_settings.toml"), "[service]\nlauncher = \"in-process\"\n");
        Path share = folder.resolve("share");
        AppEnv env = AppEnv.find(
                folder.resolve("apps"), "watched", new AppEnv.Environment(Map.of(), folder, Optional.of(share)));
        try (Service service = Service.open(env)) {
            service.serve(Action.START, ServeOptions.defaults());
            letIn(folder);
            List<Path> before = tree(share);
            Run run = runAsNobody(
                    "--app",
                    "watched",
                    "--apps-path",
                    folder.resolve("apps").toString(),
                    "--share",
                    share.toString(),
                    "--observe");
            assertThat(run.err()).isEqualTo("[service_health_check] OK: ok\n");
            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("\"workers_running_count\": 1").contains("\"status\": \"running\"");
            assertThat(tree(share)).isEqualTo(before);
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }

    /** What an operator does once: folders may be entered and read by others. */
    private static void letIn(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isDirectory)::iterator)
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !path.getFileName().toString().startsWith(".draft-"))
                    .sorted()
                    .toList();
        }
    }

    /** The other user cannot enter this user's home, so the classes are copied to where everybody may read. */
    private Run runAsNobody(String... args) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> command = new ArrayList<>(List.of(
                SETPRIV.toString(),
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                readableClassPath(),
                HealthCheckMain.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectories(folder.resolve("classes"));
        List<String> readable = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path copy = copies.resolve(
                    Integer.toString(readable.size()) + "-" + Path.of(entry).getFileName());
            copy(Path.of(entry), copy);
            readable.add(copy.toString());
        }
        letIn(copies);
        return String.join(File.pathSeparator, readable);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) return;
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                Files.copy(path, target);
                if (Files.isRegularFile(target))
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
    }
}
