package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** All code of docs/reference/testing.md compiles as it stands there, and does what is said of it. */
class TestingPageTest {
    private static final Path PAGE = Path.of("../docs/reference/testing.md");
    private static final Pattern FILE = Pattern.compile("(?ms)^```java (\\S+\\.java)\\n(.*?)^```$");
    private static final Pattern NAMED = Pattern.compile("`\\.?([a-z]\\w+)\\(");

    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    /** What the snippet about an unsafe handler prints. */
    private static final Pattern REPORT = Pattern.compile("(?m)^((?: {4}\\V+\\n)+)");

    /** What a reader has around the snippets. */
    private static final String AROUND = """
            import static org.assertj.core.api.Assertions.assertThat;

            import dev.millrace.storage.*;
            import dev.millrace.task.Task;
            import dev.millrace.testkit.*;
            import dev.millrace.testkit.DiskCall.Operation;
            import dev.millrace.testkit.FaultyDisk.Moment;
            import java.io.IOException;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.concurrent.atomic.AtomicInteger;

            public class Snippet {
                private static final Path FILE = Path.of("/notes/today.txt");
                private static final String before = "nothing";
                private static final String after = "all that was saved";

                private static void save(Disk disk) throws IOException {
                    disk.createFolders(Disk.parentOf(FILE));
                    disk.replace(FILE, after.getBytes(StandardCharsets.UTF_8), Durability.valueOf("%s"));
                }

                private static String load(Disk disk) throws IOException {
                    if (!disk.exists(FILE)) return before;
                    return new String(disk.read(FILE, 1_000), StandardCharsets.UTF_8);
                }

                public static void run(TestService service) throws Exception {
                    %s
                }
            }
            """;

    @TempDir
    Path folder;

    private List<Path> written(String page) throws IOException {
        List<Path> files = new ArrayList<>();
        Matcher blocks = FILE.matcher(page);
        while (blocks.find()) {
            Path file = folder.resolve("src").resolve(blocks.group(1));
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, blocks.group(2)));
        }
        return files;
    }

    private void compile(List<Path> files) {
        List<String> arguments = new ArrayList<>(
                List.of("-d", folder.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")));
        files.forEach(file -> arguments.add(file.toString()));
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(code).as("compiled").isZero();
    }

    @Test
    void the_example_compiles_and_its_tests_pass() throws Exception {
        List<Path> files = written(Files.readString(PAGE));
        assertThat(files).hasSize(2);
        compile(files);
        SummaryGeneratingListener seen = new SummaryGeneratingListener();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(loader.loadClass("shop.ChargeTest")))
                                    .build(),
                            seen);
        }
        assertThat(seen.getSummary().getFailures()).isEmpty();
        assertThat(seen.getSummary().getTestsSucceededCount()).isEqualTo(5);
    }

    /** The snippet of the page that begins like this. */
    private static String snippet(String beginning) throws IOException {
        return SNIPPET.matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1))
                .filter(code -> code.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    private void run(String snippet, Durability durability, TestService service) throws Exception {
        String code = AROUND.formatted(durability, snippet);
        compile(List.of(Files.writeString(folder.resolve("Snippet.java"), code)));
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            loader.loadClass("Snippet").getMethod("run", TestService.class).invoke(null, service);
        }
    }

    private static TestService service() {
        return TestService.open(TestServiceOptions.defaults());
    }

    @Test
    void the_report_of_an_unsafe_handler_is_the_one_that_the_page_shows() throws Exception {
        String page = Files.readString(PAGE);
        String snippet = snippet("AtomicInteger balance");
        Matcher report = REPORT.matcher(page.substring(page.indexOf(snippet) + snippet.length()));
        assertThat(report.find()).isTrue();
        try (TestService service = service()) {
            assertThatThrownBy(() -> run(snippet, Durability.FSYNC, service))
                    .cause()
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(report.group(1).stripTrailing().stripIndent());
        }
    }

    @Test
    void the_handler_that_sleeps_too_long_is_ended_by_its_limit_as_the_page_says() throws Exception {
        try (TestService service = service()) {
            run(snippet("service.handle(\"slow\""), Durability.FSYNC, service);
            service.assertThatTask("s").wasAttempted(1);
        }
    }

    @Test
    void the_disk_of_the_page_is_full_when_it_is_told_to_be() throws Exception {
        try (TestService service = service()) {
            run(snippet("service.disk()"), Durability.FSYNC, service);
            assertThatThrownBy(() -> service.submit(Task.of("k"))).hasStackTraceContaining("No space left on device");
        }
    }

    @Test
    void the_disk_that_loses_power_tells_who_forces_what_is_saved_from_who_does_not() throws Exception {
        String snippet = snippet("SimulatedDisk disk");
        try (TestService service = service()) {
            run(snippet, Durability.FSYNC, service);
            assertThatThrownBy(() -> run(snippet, Durability.OS, service))
                    .cause()
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void no_snippet_of_the_page_is_left_out_here() throws IOException {
        assertThat(SNIPPET.matcher(Files.readString(PAGE)).results()).hasSize(4);
    }

    @Test
    void every_method_that_the_page_names_is_there() throws IOException {
        List<String> known = new ArrayList<>();
        for (Class<?> type : List.of(
                TestService.class,
                TaskAssert.class,
                MillraceExtension.class,
                SimulatedDisk.class,
                CrashReport.class,
                SideEffects.class,
                dev.millrace.time.Time.class,
                dev.millrace.worker.TaskContext.class))
            for (var method : type.getMethods()) known.add(method.getName());
        List<String> named = new ArrayList<>();
        Matcher names = NAMED.matcher(Files.readString(PAGE));
        while (names.find()) named.add(names.group(1));
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(known).containsAll(named);
    }
}
