package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace --version}. */
class VersionTest {
    private static final String JAVA = System.getProperty("java.version");

    @TempDir
    Path folder;

    @Test
    void it_is_the_version_of_the_build_and_of_the_java_that_runs_it() throws Exception {
        Cli.Run run = Cli.in(folder).bare("--version").expect(ExitCode.OK);
        assertThat(run.out()).startsWith("millrace " + versionInThePom()).endsWith(", Java " + JAVA + "\n");
        assertThat(run.out()).doesNotContain("$", "unknown").hasLineCount(1);
        assertThat(run.err()).isEmpty();
        assertThat(Cli.in(folder).bare("-V").out()).isEqualTo(run.out());
    }

    private static String versionInThePom() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        int start = pom.indexOf("<version>") + "<version>".length();
        return pom.substring(start, pom.indexOf("</version>"));
    }

    @Test
    void the_commit_is_told_when_it_is_known() {
        Build known = new Build("1.2.3", "868a5f2d1ab0-dirty", "17");
        assertThat(known.toText()).isEqualTo("millrace 1.2.3, commit 868a5f2d1ab0-dirty, Java 17\n");
        assertThat(known.toJson().path("commit").asText()).isEqualTo("868a5f2d1ab0-dirty");
        Build unknown = new Build("1.2.3", "", "17");
        assertThat(unknown.toText()).isEqualTo("millrace 1.2.3, Java 17\n");
        assertThat(unknown.toJson().path("commit").isNull()).isTrue();
    }

    @Test
    void with_json_it_is_an_object() throws Exception {
        JsonNode json =
                Cli.in(folder).bare("--version", "--json").expect(ExitCode.OK).json();
        assertThat(json.path("version").asText()).isEqualTo(versionInThePom());
        assertThat(json.path("java").asText()).isEqualTo(JAVA);
        assertThat(json.has("commit")).isTrue();
    }
}
