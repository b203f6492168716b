package dev.millrace.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A copy of what a build leaves for those who run it: the script, the program's jar, and its libraries beside it. */
final class Tree {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private Tree() {}

    /** Made from this test's class path, because the real jar is packaged only after the tests. */
    static void plant(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("tools/cli/target/lib"));
        Files.copy(ROOT.resolve("millrace"), folder.resolve("millrace"));
        Files.copy(ROOT.resolve("tools/launch.sh"), folder.resolve("tools/launch.sh"));
        if (!folder.resolve("millrace").toFile().setExecutable(true))
            throw new IOException("cannot make it executable");
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
        jar(null, folder.resolve("tools/cli/target/cli.jar"), manifest);
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
