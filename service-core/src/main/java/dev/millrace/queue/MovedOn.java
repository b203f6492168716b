package dev.millrace.queue;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A task that moves on while folders are read, which is in the order of life, is met where it was and where it is. */
final class MovedOn {
    private MovedOn() {}

    /**
     * Each task once, where it was met last; twice only if the disk has it twice: a stranger may give two tasks one name, and of
     * ours that would be a fault that nobody should hide.
     *
     * @param sorted by stem, and those of one stem as they were met
     */
    static List<TaskView> once(List<TaskView> sorted, Disk disk) throws IOException {
        List<TaskView> once = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); i++)
            if (i + 1 == sorted.size() || !isAgain(sorted.get(i), sorted.get(i + 1), disk)) once.add(sorted.get(i));
        return once;
    }

    private static boolean isAgain(TaskView view, TaskView next, Disk disk) throws IOException {
        if (!view.stem().equals(next.stem())) return false;
        return view.file().equals(next.file()) || !disk.exists(view.file());
    }
}
