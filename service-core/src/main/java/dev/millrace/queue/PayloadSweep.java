package dev.millrace.queue;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes payloads that no document refers to any more: marks what is referred to, a slice of the files in each step, and
 * removes what was not marked in two passes that followed each other.
 *
 * <p><b>What may not be removed.</b> A payload is younger than its task, so one that was written, or taken up by a worker,
 * less than {@value #GUARD_HOURS} h ago is never removed. Tasks move while they are read: the folders are listed in the
 * order in which tasks move, those that move both ways twice, so a task is missed only when it was claimed meanwhile, which
 * makes its payload young. A file that cannot be read ends the pass, and nothing is removed.
 *
 * <p><b>Removing</b> is a rename aside, another look at the age, and then the deletion or the way back: who needs the
 * payload just then either made it young before, or finds it gone and writes it anew. What a crash leaves aside is
 * brought back by the next pass when a document refers to it.
 */
final class PayloadSweep {
    static final int GUARD_HOURS = 1;
    private static final Duration GUARD = Duration.ofHours(GUARD_HOURS);
    private static final String ASIDE = ".sweep";
    private static final int SLICE = 1_000;
    private static final int LARGEST_FILE = 256 << 20;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final List<TaskState> AS_TASKS_MOVE = List.of(
            TaskState.BLOCKED,
            TaskState.RUNNING,
            TaskState.SCHEDULED,
            TaskState.PENDING,
            TaskState.BLOCKED,
            TaskState.RUNNING,
            TaskState.SCHEDULED,
            TaskState.PENDING,
            TaskState.DONE,
            TaskState.FAILED,
            TaskState.CANCELLED);

    private final QueueLayout layout;
    private final QueuePorts ports;
    private final Set<String> unmarked = new HashSet<>();
    private final Deque<Path> folders = new ArrayDeque<>();
    private final Deque<Path> files = new ArrayDeque<>();
    private Set<String> doubted = Set.of();
    private boolean inPass;
    private Instant next = Instant.MIN;

    PayloadSweep(QueueLayout layout, QueuePorts ports) {
        this.layout = layout;
        this.ports = ports;
    }

    /** Where a payload lies while it is decided upon. */
    static Path aside(Path payload) {
        return payload.resolveSibling(payload.getFileName() + ASIDE);
    }

    /** One slice of a pass; passes begin a guard's length apart. The number of payloads removed. */
    int step() throws IOException {
        if (!inPass && ports.time().instant().isBefore(next)) return 0;
        try {
            if (!inPass) begin();
            mark();
            return inPass ? 0 : removeDoubted();
        } catch (IOException e) {
            inPass = false;
            doubted = Set.of();
            ports.events()
                    .accept(new Event.Trouble("cannot look for payloads that nobody needs; it is tried again", e));
            return 0;
        }
    }

    private void begin() throws IOException {
        next = ports.time().instant().plus(GUARD);
        unmarked.clear();
        files.clear();
        folders.clear();
        for (String name : ports.disk().sortedNames(layout.payloads())) consider(name);
        if (unmarked.isEmpty()) return;
        folders.addAll(List.of(
                layout.recurring().resolve("defined"), layout.recurring().resolve("ready"), layout.secondRuns()));
        for (String group : ports.disk().sortedNames(layout.groups()))
            folders.add(layout.groups().resolve(group));
        for (TaskState state : AS_TASKS_MOVE) folders.add(layout.folder(state));
        folders.addAll(List.of(layout.secondRuns(), layout.outcomes(), layout.attempts(), layout.control()));
        inPass = true;
    }

    private void consider(String name) throws IOException {
        Path file = layout.payloads().resolve(name);
        if (!isOld(file)) return;
        if (name.startsWith(".draft-")) ports.disk().delete(file);
        digestOf(name).ifPresent(unmarked::add);
    }

    private static Optional<String> digestOf(String name) {
        String plain = name.endsWith(ASIDE) ? name.substring(0, name.length() - ASIDE.length()) : name;
        return PayloadReference.digestIn(plain);
    }

    private boolean isOld(Path file) throws IOException {
        Instant young = ports.time().instant().minus(GUARD);
        return ports.disk()
                .facts(file)
                .filter(facts -> facts.kind() == FileFacts.Kind.FILE)
                .filter(facts -> facts.modified().isBefore(young))
                .isPresent();
    }

    private void mark() throws IOException {
        for (int left = SLICE; left > 0 && !unmarked.isEmpty(); left--) {
            while (files.isEmpty() && !folders.isEmpty()) list(folders.remove());
            Path file = files.poll();
            if (file == null) break;
            markFrom(file);
        }
        if (unmarked.isEmpty() || (files.isEmpty() && folders.isEmpty())) inPass = false;
    }

    private void list(Path folder) throws IOException {
        try {
            ports.disk().forEachName(folder, name -> files.add(folder.resolve(name)));
        } catch (NoSuchFileException | NotDirectoryException notThere) {
            // holds nothing
        }
    }

    private void markFrom(Path file) throws IOException {
        if (ports.disk()
                .facts(file)
                .filter(facts -> facts.kind() == FileFacts.Kind.FILE)
                .isEmpty()) return;
        try {
            byte[] content = ports.disk().read(file, LARGEST_FILE);
            Matcher digests = DIGEST.matcher(new String(content, StandardCharsets.ISO_8859_1));
            while (digests.find()) if (unmarked.remove(digests.group())) bringBack(digests.group());
        } catch (NoSuchFileException moved) {
            // it is met again where it has gone
        }
    }

    private void bringBack(String digest) throws IOException {
        Path payload = layout.payloads().resolve(new PayloadReference(digest, 0).fileName());
        Disk disk = ports.disk();
        if (!disk.exists(aside(payload))) return;
        if (disk.exists(payload)) disk.delete(aside(payload));
        else moveBack(payload);
    }

    private void moveBack(Path payload) throws IOException {
        try {
            ports.disk().rename(aside(payload), payload);
        } catch (NoSuchFileException byAnother) {
            // is back
        }
    }

    private int removeDoubted() throws IOException {
        List<String> victims = new ArrayList<>(unmarked);
        victims.retainAll(doubted);
        int removed = 0;
        for (String digest : victims)
            removed += remove(layout.payloads().resolve(new PayloadReference(digest, 0).fileName()));
        doubted = Set.copyOf(unmarked);
        return removed;
    }

    private int remove(Path payload) throws IOException {
        Path aside = aside(payload);
        try {
            if (ports.disk().exists(payload)) ports.disk().rename(payload, aside);
        } catch (NoSuchFileException byAnother) {
            return 0;
        }
        if (isOld(aside)) return ports.disk().delete(aside) ? 1 : 0;
        if (ports.disk().exists(aside) && !ports.disk().exists(payload)) moveBack(payload);
        return 0;
    }
}
