package dev.millrace.worker;

import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.settings.TaskSettings;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds an app's classes in its folder and its handlers in them. */
public interface AppHandlers {

    /**
     * The handlers of the app that a record names.
     *
     * @throws IllegalArgumentException naming the class, kind or file that is wrong
     */
    static HandlerRegistry load(ServiceRecord record) {
        TaskSettings tasks = record.settings().tasks();
        ClassLoader loader =
                loader(record.appFolder(), record.settings().worker().classpath());
        return HandlerRegistry.load(
                loader, tasks.handlers(), tasks.defaultKind().orElse(""));
    }

    /** A class loader over what the globs match below the app's folder; the framework's own classes come first. */
    static ClassLoader loader(Path appFolder, List<String> globs) {
        List<URL> places = new ArrayList<>();
        for (String glob : globs) places.addAll(matches(appFolder, glob));
        return new URLClassLoader(places.toArray(new URL[0]), AppHandlers.class.getClassLoader());
    }

    private static List<URL> matches(Path appFolder, String glob) {
        Path pattern = appFolder.resolve(glob);
        Path folder = pattern.getParent();
        List<URL> found = new ArrayList<>();
        if (folder == null || !Files.isDirectory(folder)) return found;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, String.valueOf(pattern.getFileName()))) {
            for (Path entry : entries) found.add(entry.toUri().toURL());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("[service] classpath: " + pattern + " cannot be a class path", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("[service] classpath: " + folder + " cannot be listed: " + e, e);
        }
        found.sort((a, b) -> a.toString().compareTo(b.toString()));
        return found;
    }
}
