package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tools of the root pom bite: small modules that break their rules are built with it, for real. One that breaks none
 * passes, so it is the offence that fails the others.
 */
class BuildRulesTest {
    private static final Path ROOT = Tree.ofThisBuild().root();
    private static final String GOOD = "/** Is as it should be. */\nfinal class Good {\n    private Good() {}\n}\n";

    @TempDir
    private Path folder;

    private record Build(int code, String output) {}

    @BeforeEach
    void jvm() throws IOException {
        Path config = Files.createDirectories(folder.resolve(".mvn")).resolve("jvm.config");
        Files.copy(ROOT.resolve(".mvn/jvm.config"), config);
        write(
                "package-info",
                "/** For a test. */\n@NullMarked\npackage offender;\n\nimport org.jspecify.annotations.NullMarked;\n");
        pom("");
    }

    private void pom(String more) throws IOException {
        Path parent = folder.toRealPath().relativize(ROOT.toRealPath().resolve("pom.xml"));
        Files.writeString(
                folder.resolve("pom.xml"),
                "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><parent>"
                        + "<groupId>dev.millrace</groupId><artifactId>millrace</artifactId><version>"
                        + Pom.versionIn(ROOT.resolve("pom.xml")) + "</version><relativePath>" + parent
                        + "</relativePath></parent><artifactId>offender</artifactId><dependencies><dependency>"
                        + "<groupId>org.jspecify</groupId><artifactId>jspecify</artifactId></dependency>"
                        + "</dependencies>" + more + "</project>");
    }

    private void write(String type, String text) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src/main/java/offender"));
        String head = type.equals("package-info") ? "" : "package offender;\n\n";
        Files.writeString(sources.resolve(type + ".java"), head + text);
    }

    /** Offline, with what this build has downloaded. */
    private Build maven(String phase) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-o", phase));
        String repository = System.getProperty("localRepository", "");
        if (!repository.isEmpty()) command.add("-Dmaven.repo.local=" + repository);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        // Tests may be forked on a newer Java than the one that builds.
        String java = System.getProperty("javaThatBuilds", System.getProperty("java.home"));
        builder.environment().put("JAVA_HOME", java);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Build(process.waitFor(), output);
    }

    private Build built(String phase) throws Exception {
        try {
            return maven(phase);
        } catch (IOException noMaven) {
            assumeTrue(false, "mvn is not on the path: " + noMaven.getMessage());
            throw noMaven;
        }
    }

    private void expectFailure(String phase, String... findings) throws Exception {
        Build build = built(phase);
        assertThat(build.output()).contains("BUILD FAILURE").contains(findings);
        assertThat(build.code()).isNotZero();
    }

    @Test
    void a_module_that_keeps_all_rules_passes() throws Exception {
        write("Good", GOOD);
        Build build = built("verify");
        assertThat(build.code()).as(build.output()).isZero();
    }

    @Test
    void error_prone_and_nullaway_stop_the_build() throws Exception {
        write(
                "Unthrown",
                "final class Unthrown {\n    void check() {\n        new IllegalStateException();\n    }\n}\n");
        write("Nothing", "final class Nothing {\n    String name() {\n        return null;\n    }\n}\n");
        expectFailure("compile", "[DeadException]", "Unthrown.java:[5", "[NullAway]", "Nothing.java:[5");
    }

    @Test
    void a_warning_of_the_compiler_stops_the_build() throws Exception {
        write("Raw", "final class Raw {\n    java.util.List names = new java.util.ArrayList<String>();\n}\n");
        expectFailure(
                "compile", "Raw.java:[4", "found raw type: java.util.List", "warnings found and -Werror specified");
    }

    @Test
    void what_error_prone_only_warns_of_stops_the_build_too() throws Exception {
        write("Unused", "final class Unused {\n    private int never = 1;\n}\n");
        expectFailure("compile", "Unused.java:[4", "[UnusedVariable]", "warnings found and -Werror specified");
    }

    @Test
    void code_that_is_not_formatted_stops_the_build() throws Exception {
        write("Good", GOOD.replace("    private", "  private"));
        expectFailure("verify", "spotless", "Good.java", "spotless:apply");
    }

    @Test
    void a_banned_library_and_a_plugin_without_a_version_stop_the_build() throws Exception {
        Path jar = Files.createFile(folder.resolve("junit.jar"));
        pom("<build><plugins><plugin><artifactId>maven-antrun-plugin</artifactId></plugin></plugins></build>"
                + "<profiles><profile><id>old</id><activation><activeByDefault>true</activeByDefault></activation>"
                + "<dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId>"
                + "<version>4.13.2</version><scope>system</scope><systemPath>" + jar
                + "</systemPath></dependency></dependencies></profile></profiles>");
        write("Good", GOOD);
        expectFailure("validate", "BannedDependencies", "junit:junit", "RequirePluginVersions", "maven-antrun-plugin");
    }
}
