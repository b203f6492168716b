package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one queue. */
class CompetingProcessesTest {
    @TempDir
    private Path folder;

    private QueueWorld filled(int tasks) throws IOException {
        QueueWorld world = QueueWorld.in(folder, QueueWorld.OPTIONS.withDurability(Durability.OS));
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) all.add(Task.of("k").id("t" + i));
        world.queue.submitAll(all);
        return world;
    }

    private static Process worker(QueueWorld world, String name, int dieAfter) throws IOException {
        return new ProcessBuilder(command(System.getProperty("java.class.path"), world, name, dieAfter))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<String> command(String classPath, QueueWorld world, String name, int dieAfter) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                QueueProcess.class.getName(),
                world.root.toString(),
                name,
                Integer.toString(dieAfter));
    }

    private static List<String> lines(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.lines().toList();
    }

    private static void expectOneTerminalRecordEach(QueueWorld world, int tasks) throws IOException {
        Set<String> stems = new TreeSet<>();
        for (TaskState state : TaskState.values())
            for (String name : world.names(state))
                assertThat(stems.add(name)).as(name).isTrue();
        assertThat(world.names(TaskState.DONE)).hasSize(tasks);
        assertThat(stems).hasSize(tasks);
        for (String name : world.names(TaskState.DONE)) {
            ObjectNode document =
                    QueueWorld.document(world.folder(TaskState.DONE).resolve(name));
            assertThat(document.path("status").textValue()).isEqualTo("done");
            assertThat(document.path("result").textValue())
                    .isEqualTo(document.path("worker_name").textValue());
        }
    }

    @Test
    void two_processes_compete_over_two_thousand_tasks_and_each_ends_once() throws Exception {
        QueueWorld world = filled(2_000);
        Process one = worker(world, "one", 0);
        Process two = worker(world, "two", 0);
        int ones = Integer.parseInt(lines(one).get(1));
        int twos = Integer.parseInt(lines(two).get(1));
        assertThat(ones + twos).isEqualTo(2_000);
        assertThat(ones).isPositive();
        assertThat(twos).isPositive();
        expectOneTerminalRecordEach(world, 2_000);
        assertThat(world.names(world.layout().outcomes())).isEmpty();
    }

    @Test
    void processes_that_die_in_the_middle_of_a_task_lose_none() throws Exception {
        QueueWorld world = filled(300);
        Actor steward = world.actor("steward");
        Set<String> dead = new TreeSet<>();
        for (int life = 1; life <= 3; life++) {
            Process process = worker(world, "life" + life, 20 * life);
            dead.add(lines(process).get(0));
            assertThat(process.exitValue()).isEqualTo(137);
            assertThat(world.names(TaskState.RUNNING)).hasSize(life);
        }
        world.untilQuiet(steward, dead);
        assertThat(world.names(TaskState.RUNNING)).isEmpty();
        assertThat(lines(worker(world, "last", 0)).get(1)).isEqualTo("180");
        expectOneTerminalRecordEach(world, 300);
    }

    /** A worker whose locale is plain ASCII. */
    @Test
    void a_name_that_a_workers_locale_cannot_spell_stays_and_stops_nothing() throws Exception {
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this locale cannot spell the name");
        QueueWorld world = filled(3);
        Path umlaut = world.pendingFile("0-\u00fcml\u00e4ut.task.json", QueueWorld.foreign("{}"));
        ProcessBuilder ascii = new ProcessBuilder(command(System.getProperty("java.class.path"), world, "ascii", 0))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        ascii.environment().put("LC_ALL", "C");
        assertThat(lines(ascii.start()).get(1)).isEqualTo("3");
        assertThat(umlaut).exists();
        assertThat(world.drain(world.actor("utf8"))).hasSize(1);
    }

    /** Root may read everything, so the worker runs as nobody. */
    @Test
    void a_task_that_the_workers_user_may_not_read_is_quarantined_with_the_way_out() throws Exception {
        assumeTrue(isRoot(), "only root can start a worker as another user; run as root to see this test");
        QueueWorld world = filled(1);
        Path unreadable = world.pendingFile("0-secret.task.json", QueueWorld.foreign("{}"));
        Path targeted = world.pendingFile("1-targeted.task.json", QueueWorld.foreign("{}"));
        String classPath = readableByAll();
        assumeTrue(run("chown", "-R", "nobody", folder.toString()), "chown does not work here");
        assumeTrue(run("chmod", "000", unreadable.toString(), targeted.toString()), "chmod does not work here");
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--clear-groups", "--"));
        command.addAll(command(classPath, world, "nobody", 0));
        assumeTrue(
                run("setpriv", "--reuid=nobody", "--clear-groups", "--", command.get(4), "-version"),
                "cannot run java as nobody");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(lines(process).get(1)).isEqualTo("1");
        assertThat(world.whyQuarantined("0-secret.task.json")).contains("may not be read");
        assertThat(world.whyQuarantined("1-targeted.task.json")).contains("give the worker's user access");
        assertThat(world.names(TaskState.DONE)).hasSize(1);
        assertThat(Files.readString(world.folder(TaskState.FAILED).resolve("0-secret.task.json")))
                .isEqualTo(QueueWorld.foreign("{}"));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** The class path may lie where only root can read. */
    private String readableByAll() throws IOException {
        List<String> copied = new ArrayList<>();
        Path target = Files.createDirectory(folder.resolve("classpath"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (!Files.exists(from) || !isNeeded(entry)) continue;
            Path to = target.resolve(copied.size() + "-" + from.getFileName());
            copy(from, to);
            copied.add(to.toString());
        }
        return String.join(File.pathSeparator, copied);
    }

    private static boolean isNeeded(String entry) {
        return Stream.of("jackson", "millrace", "service-", "classes").anyMatch(entry::contains);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) Files.createDirectories(target);
                else Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
