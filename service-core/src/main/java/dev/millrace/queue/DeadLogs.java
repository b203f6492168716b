package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.task.ClaimName;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outcome logs of dead incarnations, read as a whole.
 *
 * <p>A log is moved aside before it is read, and forced before what was read is believed. An owner that is alive after all looks its log up after each
 * force: either it finds the log in place, and then the record will be read here, or it writes the record again
 * elsewhere. A log left aside by a steward that died in the middle is taken up by the next one. A log that another
 * steward moved aside in this very moment is that one's to resolve: what its owner left is not touched in this round,
 * because an outcome that was not read must not be taken for one that does not exist. So it is with a log that cannot be read,
 * see {@link UnreadableLogs}.
 *
 * <p>Of several records for one task the one with the highest return count is the valid one; the others were fenced. Of a
 * foreign name there may be records of several tasks, see {@link Namesakes}; all of them are kept.
 */
final class DeadLogs {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{32})\\.([0-9]+)\\.log(\\.aside)?");
    static final String ASIDE = ".aside";
    private static final int LIMIT_BYTES = 256 << 20;
    private static final int INCARNATION_DIGITS = 32;

    private final Disk disk;
    private final Path folder;
    private final UnreadableLogs unreadable;
    private final List<Path> files = new ArrayList<>();
    private final Map<String, List<Valid>> valid = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();

    private DeadLogs(Disk disk, Path folder, UnreadableLogs unreadable) {
        this.disk = disk;
        this.folder = folder;
        this.unreadable = unreadable;
    }

    /** A record and the incarnation that wrote it. */
    record Valid(String incarnation, LogRecord record) {
        /** True when it settles this claim. */
        boolean settles(ClaimName claim) {
            return record.claimNumber() == claim.claimNumber() && incarnation.equals(claim.incarnation());
        }

        private boolean settlesTheSameAs(Valid other) {
            return record.claimNumber() == other.record.claimNumber() && incarnation.equals(other.incarnation);
        }

        /** True when it came later and for the same task, as far as the name and the document tell. */
        boolean overrules(Valid other) {
            LogRecord mine = record;
            LogRecord theirs = other.record;
            boolean isForTheSame = TaskOrder.isOurs(mine.stem())
                    || (mine.position() == theirs.position() && mine.front().equals(theirs.front()));
            return mine.returns() > theirs.returns() && isForTheSame;
        }
    }

    /** Moves aside, reads and forces the logs of all dead incarnations. */
    static DeadLogs collect(Disk disk, Path folder, Predicate<String> isDead, UnreadableLogs unreadable)
            throws IOException {
        DeadLogs logs = new DeadLogs(disk, folder, unreadable);
        for (String name : names(disk, folder)) {
            Matcher form = FORM.matcher(name);
            if (form.matches() && isDead.test(form.group(1))) logs.take(name, form);
        }
        for (String incarnation : logs.elsewhere) logs.leave(incarnation);
        if (!logs.valid.isEmpty()) logs.dropOverruled(isDead);
        return logs;
    }

    /**
     * A log that is moved aside while the folder is read may be met under neither name. It is renamed no second time, so whoever
     * lists twice meets it.
     */
    private static Set<String> names(Disk disk, Path folder) throws IOException {
        Set<String> names = new TreeSet<>(disk.sortedNames(folder));
        names.addAll(disk.sortedNames(folder));
        return names;
    }

    /** What another log may have fenced cannot be known while that one cannot be read: then all is left for another round. */
    private void dropOverruled(Predicate<String> isDead) throws IOException {
        try {
            dropOverruled(peek(disk, folder, whose -> !isDead.test(whose) || elsewhere.contains(whose), unreadable));
        } catch (IOException unreadableNow) {
            for (Path file : files) elsewhere.add(incarnationOf(file));
            files.clear();
            valid.clear();
        }
    }

    /** Deaths become known one by one: what is valid among these may have been fenced by somebody not yet known dead. */
    private void dropOverruled(DeadLogs others) {
        for (Iterator<Map.Entry<String, List<Valid>>> each = valid.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, List<Valid>> mine = each.next();
            List<Valid> theirs = others.of(mine.getKey());
            mine.getValue().removeIf(one -> theirs.stream().anyMatch(their -> their.overrules(one)));
            if (mine.getValue().isEmpty()) each.remove();
        }
    }

    /** Reads every log as it lies there, moving nothing: which tasks have an outcome that somebody may have to replay. */
    static DeadLogs peek(Disk disk, Path folder, UnreadableLogs unreadable) throws IOException {
        return peek(disk, folder, incarnation -> true, unreadable);
    }

    private static DeadLogs peek(Disk disk, Path folder, Predicate<String> whose, UnreadableLogs unreadable)
            throws IOException {
        DeadLogs logs = new DeadLogs(disk, folder, unreadable);
        for (String name : names(disk, folder)) {
            Matcher form = FORM.matcher(name);
            if (form.matches() && whose.test(form.group(1))) logs.look(name, form);
        }
        return logs;
    }

    /** A log that vanishes was moved aside; when that is gone, too, everything in it has been resolved. */
    private void look(String name, Matcher form) throws IOException {
        try {
            readOrGiveUp(form.group(1), folder.resolve(name));
        } catch (NoSuchFileException gone) {
            if (form.group(3) == null) lookAside(name + ASIDE, form.group(1));
        }
    }

    private void lookAside(String name, String incarnation) throws IOException {
        try {
            readOrGiveUp(incarnation, folder.resolve(name));
        } catch (NoSuchFileException resolved) {
            // nothing is left to be known from it
        }
    }

    private void readOrGiveUp(String incarnation, Path file) throws IOException {
        try {
            read(incarnation, file);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (NotARegularFileException nobodysLog) {
            unreadable.isNoFile(file);
        } catch (IOException e) {
            if (!unreadable.isGivenUp(file, e)) throw e;
        }
    }

    private void take(String name, Matcher form) throws IOException {
        Path log = folder.resolve(name);
        Path aside = form.group(3) == null ? folder.resolve(name + ASIDE) : log;
        try {
            if (form.group(3) == null) disk.rename(log, aside);
            read(form.group(1), aside);
            // Behind the read: an owner that is alive after all may have written in between, and what was read must
            // stay.
            disk.forceFile(aside);
            files.add(aside);
        } catch (NoSuchFileException takenByAnother) {
            elsewhere.add(form.group(1));
        } catch (NotARegularFileException nobodysLog) {
            unreadable.isNoFile(aside);
        } catch (IOException e) {
            elsewhere.add(form.group(1));
            unreadable.isGivenUp(aside, e);
        }
    }

    private void read(String incarnation, Path file) throws IOException {
        byte[] content = disk.read(file, LIMIT_BYTES);
        int from = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] != '\n') continue;
            byte[] line = java.util.Arrays.copyOfRange(content, from, at);
            LogRecord.parse(line).ifPresent(record -> keep(new Valid(incarnation, record)));
            from = at + 1;
        }
        unreadable.wasRead(file);
    }

    /** The highest first, and of equal ones the later. Of one claim, whose record may have been written twice, the first. */
    private void keep(Valid found) {
        List<Valid> known = valid.computeIfAbsent(found.record().stem(), stem -> new ArrayList<>(1));
        int returns = found.record().returns();
        if (TaskOrder.isOurs(found.record().stem())) {
            if (!known.isEmpty() && known.get(0).record().returns() >= returns) return;
            known.clear();
        }
        if (known.stream().anyMatch(found::settlesTheSameAs)) return;
        int at = 0;
        while (at < known.size() && known.get(at).record().returns() > returns) at++;
        known.add(at, found);
    }

    /** Nothing of an incarnation is resolved in this round, and its logs stay. */
    void leave(String incarnation) {
        files.removeIf(file -> incarnationOf(file).equals(incarnation));
        valid.values()
                .forEach(records -> records.removeIf(one -> one.incarnation().equals(incarnation)));
        valid.values().removeIf(List::isEmpty);
    }

    private static String incarnationOf(Path log) {
        return String.valueOf(log.getFileName()).substring(0, INCARNATION_DIGITS);
    }

    /** True when this incarnation's log could not be read here, so that nothing is known of its outcomes. */
    boolean isUnread(String incarnation) {
        return elsewhere.contains(incarnation);
    }

    /** The records of a name, that with the highest return count first; of a name of ours there is one at most. */
    List<Valid> of(String stem) {
        return valid.getOrDefault(stem, List.of());
    }

    List<Valid> all() {
        List<Valid> all = new ArrayList<>(valid.size());
        valid.values().forEach(all::addAll);
        return all;
    }

    boolean isEmpty() {
        return files.isEmpty() && valid.isEmpty();
    }

    /** Everything in them is resolved and on disk. */
    void drop() throws IOException {
        for (Path file : files) disk.delete(file);
        files.clear();
        valid.clear();
    }
}
