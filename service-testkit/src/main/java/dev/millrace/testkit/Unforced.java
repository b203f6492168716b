package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of what a {@link RememberedFiles} would lose in a power cut. That one guards it.
 *
 * <p>Changes of names are ordered in part: one comes after another when both are about the same file or the same name, and
 * nothing can be in a folder before the folder. What survives is closed under this order: with a change, all those that it
 * needs. So the renames of one file survive in their order, a name is never given to two, and a rename that replaces a
 * file takes away the one that was there. Changes that are not ordered survive or not, each for itself.
 *
 * <p>To force a folder makes durable what touches it: names that came into it, that went from it, and the folder itself;
 * and with them what they need. A rename between two folders is durable as a whole when either is forced, since it is
 * one transaction of the file system's journal. Bytes are another matter: they become durable with their own file alone.
 */
final class Unforced {
    private static final Comparator<NameChange> BY_AGE = Comparator.comparingLong(NameChange::number);

    private final NameChange.Names durable = new NameChange.Names();
    private final NameChange.Names visible = new NameChange.Names();
    private final Set<NameChange> pending = new LinkedHashSet<>();
    private final Map<Path, NameChange> lastOfName = new HashMap<>();
    private final Map<Path, Set<NameChange>> byFolder = new HashMap<>();
    private final List<FileTrace> toCount = new ArrayList<>();
    private long counted;
    private long folders;
    private long numbers;

    // ------------------------------------------------------------------ what happens

    /** All of this is there, and durable. */
    void beginWith(NameChange.Names names) {
        durable.folders().addAll(names.folders());
        visible.folders().addAll(names.folders());
        for (Path folder : names.folders()) folders += Hashes.of(folder);
        names.files().forEach((path, file) -> {
            durable.files().put(path, file);
            visible.files().put(path, file);
            traceOf(file).isDurablyAt(path);
            traceOf(file).isAt(path);
        });
    }

    void madeFile(Path path, RememberedContent file) {
        carryOut(new NameChange(numbers++, null, path, file));
    }

    void moved(Path from, Path to, RememberedContent file) {
        carryOut(new NameChange(numbers++, from, to, file));
    }

    void removedFile(Path path, RememberedContent file) {
        carryOut(new NameChange(numbers++, path, null, file));
    }

    void madeFolder(Path path) {
        carryOut(new NameChange(numbers++, null, path, null));
    }

    void removedFolder(Path path) {
        carryOut(new NameChange(numbers++, path, null, null));
    }

    private void carryOut(NameChange change) {
        order(change);
        pending.add(change);
        RememberedContent replaced =
                change.to() == null ? null : visible.files().get(change.to());
        if (replaced != null) traceOf(replaced).isAt(null);
        change.carryOut(visible);
        RememberedContent file = change.file();
        if (file == null) {
            folders += change.hash() + Hashes.of(change.to()) - Hashes.of(change.from());
        } else {
            traceOf(file).changes.add(change);
            traceOf(file).isAt(change.to());
        }
    }

    /** Finds those after which it comes. */
    private void order(NameChange change) {
        if (change.file() == null && change.from() != null)
            change.needs().addAll(byFolder.getOrDefault(change.from(), Set.of()));
        if (change.to() != null) need(change, lastOfName.get(change.to().getParent()));
        addName(change, change.from());
        addName(change, change.to());
        if (change.file() == null) return;
        List<NameChange> before = traceOf(change.file()).changes;
        if (!before.isEmpty()) need(change, before.get(before.size() - 1));
    }

    private void addName(NameChange change, @Nullable Path name) {
        if (name == null) return;
        need(change, lastOfName.put(name, change));
        Path folder = name.getParent();
        if (folder != null)
            byFolder.computeIfAbsent(folder, fresh -> new LinkedHashSet<>()).add(change);
    }

    private static void need(NameChange change, @Nullable NameChange earlier) {
        if (earlier != null && earlier != change) change.needs().add(earlier);
    }

    static FileTrace traceOf(RememberedContent file) {
        FileTrace trace = file.trace();
        if (trace == null) throw new IllegalStateException("a file of another disk");
        return trace;
    }

    // ------------------------------------------------------------------ forcing

    void forceFolder(Path folder) {
        Set<NameChange> forced = new LinkedHashSet<>(byFolder.getOrDefault(folder, Set.of()));
        NameChange itself = lastOfName.get(folder);
        if (itself != null) forced.add(itself);
        makeDurable(forced);
    }

    /** Everything, bytes too. */
    void forceAll() {
        makeDurable(List.copyOf(pending));
        for (RememberedContent file : durable.files().values()) file.force();
    }

    private void makeDurable(Collection<NameChange> changes) {
        Set<NameChange> all = new TreeSet<>(BY_AGE);
        for (NameChange change : changes) addWithNeeds(change, all);
        for (NameChange change : all) makeDurable(change);
    }

    private void addWithNeeds(NameChange change, Set<NameChange> all) {
        if (!pending.contains(change) || !all.add(change)) return;
        for (NameChange needed : change.needs()) addWithNeeds(needed, all);
    }

    private void makeDurable(NameChange change) {
        RememberedContent replaced =
                change.to() == null ? null : durable.files().get(change.to());
        if (replaced != null) traceOf(replaced).isDurablyAt(null);
        change.carryOut(durable);
        RememberedContent file = change.file();
        if (file == null) {
            folders -= change.hash();
        } else {
            traceOf(file).changes.remove(change);
            traceOf(file).isDurablyAt(change.to());
        }
        forget(change, change.from());
        forget(change, change.to());
        pending.remove(change);
        change.needs().clear();
    }

    private void forget(NameChange change, @Nullable Path name) {
        if (name == null) return;
        lastOfName.remove(name, change);
        Set<NameChange> inFolder = byFolder.get(name.getParent());
        if (inFolder == null) return;
        inFolder.remove(change);
        if (inFolder.isEmpty()) byFolder.remove(name.getParent());
    }

    // ------------------------------------------------------------------ looking

    /** Changes of names that are not durable, oldest first. */
    Collection<NameChange> pending() {
        return pending;
    }

    /** What would be there if these survived, and with each of them all that it needs. */
    NameChange.Names with(Set<NameChange> surviving) {
        NameChange.Names names = new NameChange.Names(durable);
        for (NameChange change : pending) if (surviving.contains(change)) change.carryOut(names);
        return names;
    }

    /** The same once more, with its own files; what was not durable is not. */
    Unforced copy() {
        Unforced copy = new Unforced();
        Map<RememberedContent, RememberedContent> twins = new HashMap<>();
        NameChange.Names begin = new NameChange.Names(new HashMap<>(), durable.folders());
        durable.files().forEach((path, file) -> begin.files().put(path, twin(file, twins, copy)));
        copy.beginWith(begin);
        for (NameChange change : pending) copy.again(change, twins);
        copy.numbers = numbers;
        return copy;
    }

    private static RememberedContent twin(
            RememberedContent file, Map<RememberedContent, RememberedContent> twins, Unforced owner) {
        return twins.computeIfAbsent(file, same -> traceOf(file).twin(owner));
    }

    private void again(NameChange change, Map<RememberedContent, RememberedContent> twins) {
        RememberedContent file = change.file();
        NameChange same = new NameChange(
                change.number(), change.from(), change.to(), file == null ? null : twin(file, twins, this));
        carryOut(same);
    }

    /** What is there now. */
    NameChange.Names visible() {
        return new NameChange.Names(visible);
    }

    void mustCountAgain(FileTrace file) {
        toCount.add(file);
    }

    /** Of everything that is there, durable or not, and of how it would survive; times left aside. */
    long hash() {
        for (FileTrace file : toCount) counted += file.change();
        toCount.clear();
        return Hashes.mix(counted + Hashes.mix(folders));
    }

    // ------------------------------------------------------------------ for people

    /** A line for each file that is there or may come back, with what is not durable of it. */
    String describe() {
        Map<Path, StringBuilder> lines = new TreeMap<>();
        for (Path folder : visible.folders())
            line(lines, folder).append(lastOfName.containsKey(folder) ? "/ (not forced)" : "/");
        visible.files().forEach((path, file) -> describe(line(lines, path), file));
        durable.files().forEach((path, file) -> {
            if (visible.files().get(path) != file) line(lines, path).append(" (gone or moved, not forced)");
        });
        StringBuilder text = new StringBuilder();
        lines.values().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static StringBuilder line(Map<Path, StringBuilder> lines, Path path) {
        return lines.computeIfAbsent(path, fresh -> new StringBuilder(path.toString()));
    }

    private static void describe(StringBuilder line, RememberedContent file) {
        FileTrace trace = traceOf(file);
        line.append(' ').append(file.size()).append(" bytes");
        for (NameChange change : trace.changes)
            line.append(", ").append(change.describe()).append(" (not forced)");
        for (FileWrite write : trace.writes())
            line.append(write.isTruncation() ? ", emptied" : ", " + write.bytes().length + " at " + write.position())
                    .append(" (not forced)");
    }
}
