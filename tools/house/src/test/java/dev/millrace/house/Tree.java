package dev.millrace.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The tree that is checked, seen from its root. */
record Tree(Path root) {
    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".idea", ".settings", ".vscode", "__pycache__");

    /** The tree that this build is part of; Surefire starts in the module's folder. */
    static Tree ofThisBuild() {
        Path root = Path.of("../..").toAbsolutePath().normalize();
        if (!Files.isRegularFile(root.resolve("service-core/pom.xml")))
            throw new IllegalStateException("run this from tools/house: there is no service-core in " + root);
        return new Tree(root);
    }

    /** The modules that the root pom lists, in its order. */
    List<MavenModule> modules() {
        return Pom.read(root.resolve("pom.xml")).modules().stream()
                .map(path -> new MavenModule(root.resolve(path), path))
                .toList();
    }

    /** The main classes of every module. */
    JavaClasses mainClasses() {
        List<Path> compiled = modules().stream()
                .map(module -> module.folder().resolve("target/classes"))
                .filter(Files::isDirectory)
                .toList();
        return new ClassFileImporter().importPaths(compiled);
    }

    /** The path of the module that a class was compiled in, such as {@code tools/cli}; empty for all other classes. */
    String moduleOf(JavaClass type) {
        return type.getSource()
                .map(source -> source.getUri().getPath())
                .filter(path -> path.contains("/target/classes/"))
                .map(path -> root.relativize(Path.of(path.substring(0, path.indexOf("/target/classes/"))))
                        .toString())
                .orElse("");
    }

    /** Every file that may be ours: all but what is built, and what tools keep for themselves. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
                    return NOT_OURS.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                    if (facts.isRegularFile()) files.add(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
        return files;
    }

    /** One module of the build: its folder, and the folder's path from the root, which is its name here. */
    record MavenModule(Path folder, String path) {
        Pom pom() {
            return Pom.read(folder.resolve("pom.xml"));
        }
    }
}
