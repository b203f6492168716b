package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in terminal folders. Ours are unique for ever. Foreign producers use names again, and a rename replaces what is
 * there, so theirs are looked up first and told apart.
 */
final class TerminalNames {
    /** Where file systems end. */
    static final int LONGEST = 255;

    private static final String AGAIN = ".again-";
    private static final Pattern TOLD_APART =
            Pattern.compile("(.+)" + Pattern.quote(AGAIN) + "[0-9a-f]{8}", Pattern.DOTALL);

    private TerminalNames() {}

    static Path free(Disk disk, Path folder, String name, RandomGenerator random) throws IOException {
        Path target = folder.resolve(name);
        if (isOurs(name) || !disk.exists(target)) return target;
        return folder.resolve(apart(name, String.format("%08x", random.nextInt())));
    }

    /** A name that is told apart from others like it by eight hex digits. */
    static String apart(String name, String digits) {
        String suffix = TaskName.isTaskFile(name) ? TaskName.SUFFIX : "";
        String base = name.substring(0, name.length() - suffix.length());
        String apart = AGAIN + digits + suffix;
        return cut(base, LONGEST - apart.length()) + apart;
    }

    /** The stem that a task had while it waited, when it was told apart from others of that stem. */
    static Optional<String> firstOf(String stem) {
        Matcher form = TOLD_APART.matcher(stem);
        return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
    }

    /** The front of a name, at most so many bytes of it, and no half characters. */
    static String cut(String name, int mostBytes) {
        int end = 0;
        for (int bytes = 0; end < name.length(); ) {
            int next = name.offsetByCodePoints(end, 1);
            bytes += name.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > mostBytes) break;
            end = next;
        }
        return name.substring(0, end);
    }

    private static boolean isOurs(String name) {
        return TaskName.isTaskFile(name)
                && TaskOrder.isOurs(TaskName.parse(name).stem());
    }
}
