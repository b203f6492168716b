package dev.millrace.app.mycode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The file that a task names, found and looked at from outside.
 *
 * @param name as the task named it
 * @param path where it lies
 * @param size bytes when it was found; it may grow while it is read
 */
record CsvFile(String name, Path path, long size) {

    /**
     * Finds the file.
     *
     * @throws UnusableFileException when it is absent, no regular file, or a relative path leaves the app's folder
     */
    static CsvFile locate(Path appFolder, String name) throws IOException {
        Path path = resolve(appFolder, name);
        try {
            Path real = path.toRealPath();
            boolean relative = !Path.of(name).isAbsolute();
            if (relative && !real.startsWith(appFolder.toRealPath()))
                throw new UnusableFileException(name, "is a link that leaves the app's folder; name its absolute path");
            if (Files.isDirectory(real))
                throw new UnusableFileException(name, "is a folder; submit one task for each CSV file in it");
            if (!Files.isRegularFile(real))
                throw new UnusableFileException(
                        name, "is no regular file but a device, pipe or socket; copy it to a file");
            return new CsvFile(name, real, Files.size(real));
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(
                    name, "is not there (looked at " + path + "); a relative path starts in the app's folder", e);
        } catch (IOException e) {
            throw problem(name, e);
        }
    }

    private static Path resolve(Path appFolder, String name) throws UnusableFileException {
        if (name.indexOf('\0') >= 0) throw new UnusableFileException(name, "is no path: it holds a zero character");
        Path folder = appFolder.toAbsolutePath().normalize();
        Path path = folder.resolve(name).normalize();
        if (Path.of(name).isAbsolute() || path.startsWith(folder)) return path;
        throw new UnusableFileException(
                name, "leaves the app's folder " + folder + "; name a file inside it or an absolute path");
    }

    InputStream open() throws IOException {
        return Files.newInputStream(path);
    }

    /** What went wrong with this file, as one sentence that names it. */
    IOException problem(IOException e) {
        return problem(name, e);
    }

    static IOException problem(String name, IOException e) {
        if (e instanceof UnusableFileException) return e;
        if (e instanceof NotCsvException) return new UnusableFileException(name, String.valueOf(e.getMessage()), e);
        if (e instanceof AccessDeniedException)
            return new UnusableFileException(
                    name,
                    "may not be read by the worker's user; give that user the right to read it and its folders",
                    e);
        String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new UnusableFileException(
                name, "cannot be read (" + cause + "); mend that and submit the task again", e);
    }
}
