package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo's own share. A small number rather than a random name, because people will type it; that is safe, because the
 * folder is made in one step, for its owner alone, and never taken over from anybody.
 */
final class DemoFolder {
    private static final String NAME = "millrace-demo-";
    private static final int MOST = 10_000;

    private DemoFolder() {}

    static Path make(Path below) throws IOException {
        for (int number = 1; number <= MOST; number++) {
            try {
                return Files.createDirectory(below.resolve(NAME + number), forTheOwnerAlone());
            } catch (FileAlreadyExistsException anEarlierDemo) {
                // the next number
            }
        }
        throw new IOException("there are " + MOST + " folders " + below.resolve(NAME) + "... already; remove some");
    }

    private static FileAttribute<?>[] forTheOwnerAlone() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    static void remove(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(folder)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) Files.deleteIfExists(path);
    }
}
