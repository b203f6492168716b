package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What lies in {@code control/waits/} about tasks that wait for others, by the waiting task's unique name.
 *
 * <ul>
 *   <li>{@code <stem>.members}: the tasks of a group, one a line, for its callback
 *   <li>{@code <stem>.named}: the unique names behind the ids in a document that somebody dropped into pending/
 *   <li>{@code <stem>.ended}: which of them have ended, and how. Retention may remove their documents while others still
 *       run. Not forced: what a power cut takes is looked up again
 * </ul>
 */
final class WaitFiles {
    static final String MEMBERS = ".members";
    static final String NAMED = ".named";
    static final String ENDED = ".ended";
    private static final int LARGEST = 256 << 20;

    private final Disk disk;
    private final Path folder;

    WaitFiles(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /** The tasks of the group whose callback this is; empty when it is none. */
    Optional<List<Awaited>> members(String stem) throws IOException {
        return read(stem + MEMBERS);
    }

    /** What the ids in a dropped document mean. */
    Optional<List<Awaited>> named(String stem) throws IOException {
        return read(stem + NAMED);
    }

    void write(String stem, String kind, List<Awaited> awaited, Durability durability) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Awaited one : awaited) lines.append(one.line()).append('\n');
        disk.createFolders(folder);
        disk.replace(folder.resolve(stem + kind), lines.toString().getBytes(StandardCharsets.UTF_8), durability);
    }

    private Optional<List<Awaited>> read(String name) throws IOException {
        try {
            List<Awaited> awaited = new ArrayList<>();
            for (String line : lines(name)) if (!line.isEmpty()) awaited.add(Awaited.parse(line));
            return Optional.of(awaited);
        } catch (NumberFormatException e) {
            throw new IOException(
                    folder.resolve(name) + " is damaged: behind a TAB stands how many tasks a file holds ("
                            + e.getMessage() + "); mend it, or remove the task that waits",
                    e);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private String[] lines(String name) throws IOException {
        return new String(disk.read(folder.resolve(name), LARGEST), StandardCharsets.UTF_8).split("\n");
    }

    /** Which of a task's dependencies were seen to have ended. */
    Map<String, Awaited.Ending> ended(String stem) throws IOException {
        Map<String, Awaited.Ending> endings = new HashMap<>();
        try {
            for (String line : lines(stem + ENDED)) addIfWhole(endings, line.split("\t", -1));
        } catch (NoSuchFileException none) {
            // nothing was seen yet
        }
        return endings;
    }

    private static void addIfWhole(Map<String, Awaited.Ending> endings, String[] parts) {
        try {
            if (parts.length == 5 && parts[4].equals("."))
                endings.putIfAbsent(
                        parts[0],
                        new Awaited.Ending(
                                Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3])));
        } catch (NumberFormatException torn) {
            // half a line, left by a power cut: it is looked up again
        }
    }

    void addEnded(String stem, Map<String, Awaited.Ending> endings) throws IOException {
        StringBuilder lines = new StringBuilder("\n");
        endings.forEach((one, how) -> lines.append(one)
                .append('\t')
                .append(how.done())
                .append('\t')
                .append(how.failed())
                .append('\t')
                .append(how.cancelled())
                .append("\t.\n"));
        disk.createFolders(folder);
        try (AppendFile out = disk.append(folder.resolve(stem + ENDED))) {
            out.append(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
