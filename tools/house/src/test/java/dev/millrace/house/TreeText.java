package dev.millrace.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules over the text of the tree. Each answers with the places that break it: file, line and what stands there. */
record TreeText(Tree tree) {
    /** A folder that exists on one machine only: of a user, of a build, of a scratch disk. */
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.~$}*-])/(?:work|farm|root|builds?|workspace|(?:home|Users)/\\w+|tmp/\\w+)/");

    private static final Pattern UNFINISHED = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final List<String> TEXT =
            List.of(".java", ".xml", ".md", ".sh", ".toml", ".json", ".py", ".properties", ".yml", ".config");

    List<String> pathsOfMachines() {
        return tree.files().stream()
                .filter(file -> isText(file) || isScript(file))
                .flatMap(file -> matches(file, MACHINE_PATH))
                .toList();
    }

    List<String> unfinished() {
        return javaFiles().flatMap(file -> matches(file, UNFINISHED)).toList();
    }

    /** Packages of main code whose package-info is missing, or does not say @NullMarked; tests may hand over null. */
    List<String> packagesThatMayBeNull() {
        return javaFiles()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !folder.toString().contains("/src/test/"))
                .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .map(folder -> tree.root().relativize(folder).toString())
                .toList();
    }

    private Stream<Path> javaFiles() {
        return tree.files().stream().filter(file -> file.toString().endsWith(".java"));
    }

    private boolean isNullMarked(Path packageInfo) {
        return Files.isRegularFile(packageInfo)
                && lines(packageInfo).anyMatch(line -> line.strip().equals("@NullMarked"));
    }

    private static boolean isText(Path file) {
        return TEXT.stream().anyMatch(file.toString()::endsWith);
    }

    /** A file without an ending that starts with {@code #!}. */
    private static boolean isScript(Path file) {
        if (file.getFileName().toString().contains(".")) return false;
        try (var in = Files.newInputStream(file)) {
            return in.read() == '#' && in.read() == '!';
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private Stream<String> matches(Path file, Pattern pattern) {
        List<String> lines = lines(file).toList();
        return Stream.iterate(0, number -> number < lines.size(), number -> number + 1)
                .filter(number -> pattern.matcher(lines.get(number)).find())
                .map(number -> tree.root().relativize(file) + ":" + (number + 1) + ": "
                        + lines.get(number).strip());
    }

    /** Latin-1 accepts every byte, and what is looked for is ASCII. */
    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).lines();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
