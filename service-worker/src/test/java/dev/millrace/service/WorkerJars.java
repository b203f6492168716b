package dev.millrace.service;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.Launcher;
import dev.millrace.task.Task;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of these tests as jars, with an archive of classes beside the first of them, as users have it. Hundreds of
 * workers are started here, and with the archive each takes half the processor time. Made once for a virtual machine.
 */
final class WorkerJars {
    private static final String CLASS_PATH = "java.class.path";

    private WorkerJars() {}

    private static final class Shared {
        private static final String PATH = made();

        private static String made() {
            try {
                Path folder = Files.createTempDirectory("millrace-jars").toRealPath();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
                String path = jars(folder);
                archive(folder, path);
                return path;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** From here on, workers that this virtual machine starts get the jars. */
    static synchronized void use() {
        if (System.getProperty("millrace.rehearses") == null) System.setProperty(CLASS_PATH, Shared.PATH);
    }

    private static String jars(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty(CLASS_PATH, "").split(File.pathSeparator)) {
            Path source = Path.of(entry).toAbsolutePath();
            if (!Files.isDirectory(source)) {
                entries.add(source.toString());
                continue;
            }
            Path jar = folder.resolve(entries.isEmpty() ? "tests.jar" : "classes-" + entries.size() + ".jar");
            pack(source, jar);
            entries.add(jar.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }

    /** Without it everything works all the same. */
    private static void archive(Path folder, String classPath) throws IOException {
        Path archive = folder.resolve("tests-" + System.getProperty("java.runtime.version") + ".jsa");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:disable",
                        "-XX:ArchiveClassesAtExit=" + archive,
                        "-Dmillrace.rehearses=true",
                        "-cp",
                        classPath,
                        Rehearsal.class.getName(),
                        folder.resolve("rehearsal").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("archive.log").toFile())
                .start();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (process.exitValue() != 0) Files.deleteIfExists(archive);
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
        } catch (IOException left) {
            // lies in the folder for temporary files
        }
    }

    /** Loads what a worker loads. */
    static final class Rehearsal {
        private Rehearsal() {}

        public static void main(String[] args) throws Exception {
            try (TestApp app = TestApp.in(Files.createDirectories(Path.of(args[0])));
                    Service service = app.open()) {
                service.serve(Action.START, TestApp.workers(1).withLauncher(Launcher.IN_PROCESS));
                service.submit(Task.of("echo")).await(Duration.ofSeconds(30));
                service.serve(Action.STOP, TestApp.workers(1));
            }
            System.exit(0);
        }
    }
}
