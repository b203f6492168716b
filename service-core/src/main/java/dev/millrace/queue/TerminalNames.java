package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * Names in terminal folders. Ours are unique for ever. Foreign producers use names again, and a rename replaces what is
 * there, so theirs are looked up first and told apart.
 */
final class TerminalNames {
    private TerminalNames() {}

    static Path free(Disk disk, Path folder, String name, RandomGenerator random) throws IOException {
        Path target = folder.resolve(name);
        if (isOurs(name) || !disk.exists(target)) return target;
        String suffix = TaskName.isTaskFile(name) ? TaskName.SUFFIX : "";
        String base = name.substring(0, name.length() - suffix.length());
        return folder.resolve(String.format("%s.again-%08x%s", base, random.nextInt(), suffix));
    }

    private static boolean isOurs(String name) {
        return TaskName.isTaskFile(name)
                && TaskOrder.isOurs(TaskName.parse(name).stem());
    }
}
