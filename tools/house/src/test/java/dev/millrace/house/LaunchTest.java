package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.house.LaunchWorld.Run;
import dev.millrace.house.LaunchWorld.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts {@code millrace} and {@code health_check}, run by the shell of this machine. */
class LaunchTest {
    @TempDir
    Path folder;

    LaunchWorld world;

    @BeforeEach
    void aTree() throws Exception {
        world = new LaunchWorld(folder);
    }

    @Test
    void the_first_call_builds_and_runs_and_the_second_only_runs() throws Exception {
        Run first = world.run("millrace", "demo");
        world.age();
        Run second = world.run("millrace", "demo");

        assertThat(first.code()).isZero();
        assertThat(first.err()).contains("millrace: building").contains("target/build.log");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out()).contains("[demo]");
        assertThat(world.builds()).isEqualTo(1);
        assertThat(world.archives()).isEqualTo(1);
    }

    @Test
    void arguments_arrive_as_they_were_given() throws Exception {
        Run run = world.run("millrace", "submit", "two words", "", "$HOME *", "-Xmx");

        assertThat(run.out())
                .endsWith("[-jar]\n[" + world.root() + "/tools/cli/target/cli.jar]\n"
                        + "[submit]\n[two words]\n[]\n[$HOME *]\n[-Xmx]\n");
    }

    @Test
    void health_check_runs_its_own_jar_with_its_own_archive() throws Exception {
        world.run("millrace", "demo");
        Run run = world.run("health_check", "--app", "mycode");

        assertThat(run.out())
                .contains("[-XX:SharedArchiveFile=" + world.root()
                        + "/tools/health-check/target/health-check-17.0.1.jsa]")
                .contains("/tools/health-check/target/health-check.jar]\n[--app]\n[mycode]\n");
        assertThat(world.builds()).isEqualTo(1);
        assertThat(world.archives()).isEqualTo(2);
    }

    @Test
    void bench_is_built_only_when_it_is_asked_for_and_runs_its_own_jar() throws Exception {
        world.run("millrace", "status");
        assertThat(world.root().resolve("tools/bench/target/bench.jar")).doesNotExist();
        Run first = world.run("millrace", "bench", "drain", "--tasks", "5");
        world.age();
        Run second = world.run("millrace", "bench", "drain", "--tasks", "5");

        assertThat(first.err()).contains("millrace: building");
        assertThat(second.err()).isEmpty();
        assertThat(second.out())
                .contains("/tools/bench/target/bench-17.0.1.jsa]")
                .endsWith("/tools/bench/target/bench.jar]\n[drain]\n[--tasks]\n[5]\n");
        assertThat(world.builds()).isEqualTo(2);
    }

    @Test
    void so_is_soak() throws Exception {
        Run run = world.run("millrace", "soak", "--kills", "5");

        assertThat(run.out()).endsWith("/tools/soak/target/soak.jar]\n[--kills]\n[5]\n");
        assertThat(world.builds()).isEqualTo(1);
    }

    @Test
    void an_edited_source_makes_bench_stale_although_the_everyday_programs_were_built_meanwhile() throws Exception {
        world.run("millrace", "bench");
        world.age();
        world.edit("tools/cli/src/main/java/A.java");
        world.run("millrace", "status");
        world.run("millrace", "bench");

        assertThat(world.builds()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tools/cli/src/main/java/A.java",
                "tools/cli/src/main/java/New.java",
                "service-core/src/main/resources/x.json",
                "pom.xml",
                "apps/mycode/pom.xml"
            })
    void an_edited_source_is_built_once(String file) throws Exception {
        world.run("millrace");
        world.age();
        world.edit(file);

        world.run("millrace");
        world.run("millrace");

        assertThat(world.builds()).isEqualTo(2);
        assertThat(world.archives()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/cli/src/test/java/ATest.java", "README.md", "apps/mycode/data/x.csv"})
    void what_is_not_built_is_not_a_reason_to_build(String file) throws Exception {
        world.run("millrace");
        world.age();
        world.edit(file);

        world.run("millrace");

        assertThat(world.builds()).isEqualTo(1);
    }

    @Test
    void a_deleted_jar_is_built_again() throws Exception {
        world.run("millrace");
        Files.delete(world.root().resolve("tools/cli/target/cli.jar"));

        assertThat(world.run("millrace").code()).isZero();
        assertThat(world.builds()).isEqualTo(2);
    }

    @Test
    void it_runs_through_links_from_any_folder() throws Exception {
        Path shelf = Files.createDirectories(world.world().resolve("my bin"));
        Files.createSymbolicLink(shelf.resolve("inner"), world.root().resolve("millrace"));
        Files.createSymbolicLink(shelf.resolve("mr"), Path.of("inner"));

        String home = "home " + world.root() + "\n";
        assertThat(world.runIn(shelf, "./mr", "status").out()).startsWith(home);
        assertThat(world.runIn(Path.of("/"), shelf + "/mr", "status").out()).startsWith(home);
        assertThat(world.runIn(world.root(), "/bin/sh", "millrace", "status").out())
                .startsWith(home);
        assertThat(world.builds()).isEqualTo(1);
    }

    @Test
    void each_java_has_an_archive_of_its_own() throws Exception {
        world.run("millrace");
        world.javaIs("25.0.3");
        Run run = world.run("millrace");

        assertThat(run.out()).contains("cli-25.0.3.jsa]");
        assertThat(world.root().resolve("tools/cli/target/cli-17.0.1.jsa")).exists();
        assertThat(world.builds()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive.fails", "archive.crashes"})
    void an_archive_that_is_no_good_changes_nothing_and_is_not_tried_again(String mark) throws Exception {
        world.mark(mark);
        Run first = world.run("millrace", "demo");
        Run second = world.run("millrace", "demo");

        assertThat(first.code()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).doesNotContain("SharedArchiveFile").contains("[demo]");
        assertThat(world.archives()).isEqualTo(1);
    }

    @Test
    void a_build_that_fails_shows_its_log_and_leaves_no_lock() throws Exception {
        world.mark("maven.fails");
        Run failed = world.run("millrace", "demo");
        world.unmark("maven.fails");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("cannot compile it").contains("the build failed");
        assertThat(world.run("millrace", "demo").code()).isZero();
    }

    @Test
    void first_calls_at_the_same_time_build_once() throws Exception {
        world.mark("maven.waits");
        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) calls.add(world.start(world.world(), i % 2 == 0 ? "millrace" : "health_check"));
        await().atMost(Duration.ofMinutes(1)).until(() -> world.builds() == 1);
        world.unmark("maven.waits");

        for (Started call : calls) assertThat(call.end().code()).isZero();
        assertThat(world.builds()).isEqualTo(1);
        assertThat(world.root().resolve("target/build.lock")).doesNotExist();
    }

    @Test
    void the_lock_of_a_dead_builder_is_taken_over_by_one() throws Exception {
        Process dead = new ProcessBuilder("/bin/sh", "-c", "exit").start();
        dead.waitFor();
        Path lock = Files.createDirectories(world.root().resolve("target/build.lock"));
        Files.writeString(lock.resolve("owner"), dead.pid() + "\n");

        List<Started> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) calls.add(world.start(world.world(), "millrace"));

        for (Started call : calls) assertThat(call.end().code()).isZero();
        assertThat(world.builds()).isEqualTo(1);
        assertThat(lock).doesNotExist();
    }

    @Test
    void a_call_that_is_ended_while_it_builds_ends_the_build_and_leaves_no_lock() throws Exception {
        world.mark("maven.waits");
        Started call = world.start(world.world(), "millrace");
        await().atMost(Duration.ofMinutes(1)).until(() -> world.builds() == 1);
        List<ProcessHandle> below = call.process().descendants().toList();
        call.process().destroy();

        assertThat(call.end().code()).isEqualTo(143);
        assertThat(world.root().resolve("target/build.lock")).doesNotExist();
        await().atMost(Duration.ofMinutes(1)).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_392, 1.8.0_392", "11.0.2, 11.0.2", "16, 16"})
    void a_java_that_is_too_old_is_told(String version, String shown) throws Exception {
        world.javaIs(version);
        Run run = world.run("millrace", "demo");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("Java 17 or newer is needed").contains("is Java " + shown + ".");
        assertThat(world.builds()).isZero();
    }

    @Test
    void a_java_home_without_java_is_told() throws Exception {
        world.environment("JAVA_HOME", "/nowhere");
        Run run = world.run("health_check");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("health_check: JAVA_HOME is /nowhere, but there is no bin/java in it.");
    }

    @Test
    void a_machine_without_java_is_told() throws Exception {
        world.environment("JAVA_HOME", "");
        world.onlyPrograms("readlink");
        Run run = world.run("millrace");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "millrace: Java was not found. Install a JDK 17 or newer, or let JAVA_HOME name" + " one.\n");
    }

    @Test
    void maven_is_missed_only_when_there_is_something_to_build() throws Exception {
        Run built = world.run("millrace");
        world.onlyPrograms("find", "mkdir", "cat", "rm", "mv", "sed", "awk", "sleep");
        Run fresh = world.run("millrace");
        Files.delete(world.root().resolve("target/build.stamp"));
        Run stale = world.run("millrace");

        assertThat(fresh).isEqualTo(new Run(0, built.out(), ""));
        assertThat(stale.code()).isEqualTo(1);
        assertThat(stale.err()).contains("Maven was not found").contains("3.8.6");
    }

    @ParameterizedTest
    @CsvSource({"3.8.5, 1", "3.6.3, 1", "3.8.6, 0", "3.9.11, 0", "4.0.0-rc-4, 0"})
    void a_maven_that_is_too_old_is_told(String version, int code) throws Exception {
        world.mavenIs(version);
        Run run = world.run("millrace");

        assertThat(run.code()).isEqualTo(code);
        assertThat(run.err().contains("Maven 3.8.6 or newer is needed to build"))
                .isEqualTo(code == 1);
    }

    @Test
    void a_build_can_be_forbidden() throws Exception {
        world.environment("MILLRACE_BUILD", "never");
        Run missing = world.run("millrace");
        world.environment("MILLRACE_BUILD", "");
        world.run("millrace");
        world.age();
        world.edit("pom.xml");
        world.environment("MILLRACE_BUILD", "never");
        Run stale = world.run("millrace");

        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("tools/cli/target/cli.jar is missing. Run 'mvn package' in " + world.root());
        assertThat(stale.code()).isZero();
        assertThat(world.builds()).isEqualTo(1);
    }
}
