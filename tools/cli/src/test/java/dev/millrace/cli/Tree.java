package dev.millrace.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * What a build leaves for those who run it: the script, the program's jar with its libraries beside it, and the archive
 * that spares half of each start. Made once for all tests of a virtual machine, from their class path, because the real
 * jar is packaged only after the tests.
 */
final class Tree {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String TARGET = "tools/cli/target";
    private static final Path TESTS = Path.of("target/test-classes").toAbsolutePath();

    private Tree() {}

    private static final class Shared {
        private static final Path FOLDER = made();

        private static Path made() {
            try {
                Path folder = Files.createTempDirectory("millrace-tree").toRealPath();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
                fill(folder);
                archive(folder);
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A copy of the tree, of which only the script is its own. */
    static void plant(Path folder) throws IOException {
        Files.copy(ROOT.resolve("millrace"), folder.resolve("millrace"));
        if (!folder.resolve("millrace").toFile().setExecutable(true))
            throw new IOException("cannot make it executable");
        Files.createSymbolicLink(folder.resolve("tools"), Shared.FOLDER.resolve("tools"));
    }

    /** From here on, workers that this virtual machine starts get the tree's jars, and the archive with them. */
    static void giveToWorkers() {
        System.setProperty("java.class.path", classPath(TESTS));
    }

    private static String classPath(Path classes) {
        return Shared.FOLDER.resolve(TARGET).resolve("cli.jar") + java.io.File.pathSeparator + classes;
    }

    /** The options with which java starts the program beside these tests' own classes. */
    static List<String> javaOptions() {
        return javaOptions(TESTS);
    }

    /** The options with which java starts a program in this folder beside ours. */
    static List<String> javaOptions(Path classes) {
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-XX:SharedArchiveFile=" + archiveIn(Shared.FOLDER),
                "-cp",
                classPath(classes));
    }

    private static Path archiveIn(Path folder) {
        return folder.resolve(TARGET).resolve("cli-" + System.getProperty("java.runtime.version") + ".jsa");
    }

    /** As tools/launch.sh makes it. Without it everything works all the same. */
    private static void archive(Path folder) throws IOException {
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:disable",
                        "-XX:ArchiveClassesAtExit=" + archiveIn(folder),
                        "-cp",
                        folder.resolve(TARGET).resolve("cli.jar").toString(),
                        Rehearsal.class.getName())
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("archive.log").toFile());
        Process process = java.start();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
        } catch (IOException left) {
            // lies in the folder for temporary files
        }
    }

    private static void fill(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve(TARGET).resolve("lib"));
        Files.copy(ROOT.resolve("tools/launch.sh"), folder.resolve("tools/launch.sh"));
        List<String> names = new ArrayList<>();
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path source = Path.of(entry);
            if (source.endsWith("test-classes") || !Files.exists(source)) continue;
            String name = String.format(
                    "%02d-%s.jar",
                    number++, String.valueOf(source.getFileName()).replace(".jar", ""));
            if (Files.isDirectory(source)) jar(source, lib.resolve(name), new Manifest());
            else Files.createSymbolicLink(lib.resolve(name), source.toAbsolutePath());
            names.add("lib/" + name);
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MillraceMain.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        jar(null, folder.resolve(TARGET).resolve("cli.jar"), manifest);
    }

    private static void jar(@org.jspecify.annotations.Nullable Path classes, Path jar, Manifest manifest)
            throws IOException {
        manifest.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            if (classes == null) return;
            try (Stream<Path> all = Files.walk(classes)) {
                for (Path one : all.filter(Files::isRegularFile).toList()) {
                    out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                    Files.copy(one, out);
                    out.closeEntry();
                }
            }
        }
    }
}
