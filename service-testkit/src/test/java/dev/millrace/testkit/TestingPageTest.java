package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

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

/** The example of docs/reference/testing.md compiles as it stands there, and its tests pass. */
class TestingPageTest {
    private static final Path PAGE = Path.of("../docs/reference/testing.md");
    private static final Pattern FILE = Pattern.compile("(?ms)^```java (\\S+\\.java)\\n(.*?)^```$");
    private static final Pattern NAMED = Pattern.compile("`\\.?([a-z]\\w+)\\(");

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
