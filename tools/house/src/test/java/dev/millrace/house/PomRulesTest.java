package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PomRulesTest {
    private static final PomRules OURS = new PomRules(Tree.ofThisBuild().modules());

    @TempDir
    Path elsewhere;

    @Test
    void every_module_looks_only_downwards() {
        assertThat(OURS.wrongWay()).isEmpty();
    }

    @Test
    void every_library_is_where_it_belongs() {
        assertThat(OURS.strayLibraries()).isEmpty();
    }

    @Test
    void a_module_that_looks_up_is_found() throws IOException {
        PomRules rules = rules(
                module("service-core", "dev.millrace:service-worker"),
                module("service-worker", "dev.millrace:mycode", "dev.millrace:service-core"),
                module("apps/mycode", "dev.millrace:service-testkit", "dev.millrace:service-worker"),
                module("service-testkit", "dev.millrace:service-core", "dev.millrace:gone"));

        assertThat(rules.wrongWay())
                .containsExactly(
                        "service-core -> service-worker",
                        "service-worker -> mycode",
                        "apps/mycode -> service-testkit",
                        "service-testkit -> gone");
    }

    @Test
    void only_the_command_line_may_use_a_tool_and_only_the_health_check() throws IOException {
        PomRules rules = rules(
                module("tools/health-check"),
                module("tools/cli", "dev.millrace:health-check", "dev.millrace:bench"),
                module("tools/bench", "dev.millrace:cli"));

        assertThat(rules.wrongWay()).containsExactly("tools/cli -> bench", "tools/bench -> cli");
    }

    @Test
    void tests_may_use_what_they_like() throws IOException {
        PomRules rules = rules(
                module("service-core", "dev.millrace:service-testkit:test", "info.picocli:picocli:test"),
                module("service-testkit"));

        assertThat(rules.wrongWay()).isEmpty();
        assertThat(rules.strayLibraries()).isEmpty();
    }

    @Test
    void a_stray_library_is_found() throws IOException {
        PomRules rules = rules(
                module("service-core", "com.github.oshi:oshi-core", "org.tomlj:tomlj"),
                module("service-worker", "ch.qos.logback:logback-classic", "com.github.oshi:oshi-core"),
                module("tools/bench", "org.xerial:sqlite-jdbc:provided", "info.picocli:picocli"),
                module("apps/mycode", "com.github.kagkarlsson:db-scheduler:provided", "org.postgresql:postgresql"),
                module("tools/cli", "info.picocli:picocli", "com.github.erosb:everit-json-schema"));

        assertThat(rules.strayLibraries())
                .containsExactly(
                        "service-core -> oshi-core",
                        "service-worker -> logback-classic",
                        "apps/mycode -> db-scheduler",
                        "apps/mycode -> postgresql",
                        "tools/cli -> everit-json-schema");
    }

    private static PomRules rules(Tree.MavenModule... modules) {
        return new PomRules(List.of(modules));
    }

    private Tree.MavenModule module(String path, String... dependencies) throws IOException {
        Path folder = Files.createDirectories(elsewhere.resolve(path));
        Files.writeString(
                folder.resolve("pom.xml"),
                "<project><artifactId>" + folder.getFileName() + "</artifactId><dependencies>"
                        + Arrays.stream(dependencies)
                                .map(PomRulesTest::dependency)
                                .collect(Collectors.joining())
                        + "</dependencies></project>");
        return new Tree.MavenModule(folder, path);
    }

    private static String dependency(String coordinates) {
        String[] parts = coordinates.split(":", 3);
        String scope = parts.length < 3 ? "" : "<scope>" + parts[2] + "</scope>";
        return "<dependency><groupId>" + parts[0] + "</groupId><artifactId>" + parts[1] + "</artifactId>" + scope
                + "</dependency>";
    }
}
