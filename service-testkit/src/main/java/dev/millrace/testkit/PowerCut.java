package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What a power cut may leave of a {@link RememberedFiles}. */
final class PowerCut {
    private final RememberedFiles files;
    private final Unforced unforced;

    PowerCut(RememberedFiles files) {
        this.files = files;
        this.unforced = files.account();
    }

    /**
     * A choice among what was not durable.
     *
     * @param names the changes of names that survive, and with each all that it needs
     * @param bytes the bytes of files of which not all were durable
     */
    record Choice(Set<NameChange> names, Map<RememberedContent, byte[]> bytes) {
        byte[] bytesOf(RememberedContent file) {
            byte[] chosen = bytes.get(file);
            return chosen == null ? Unforced.traceOf(file).durableBytes() : chosen;
        }

        private long hashOf(RememberedContent file) {
            byte[] chosen = bytes.get(file);
            return chosen == null ? Unforced.traceOf(file).durableHash() : new GrowingBytes(chosen).hash();
        }
    }

    // ------------------------------------------------------------------ what is left

    /** Files that exist when these changes have survived and that were not forced since they were last written, in order. */
    List<RememberedContent> unwritten(Set<NameChange> names) {
        Map<Path, RememberedContent> found = new TreeMap<>();
        unforced.with(names).files().forEach((path, file) -> {
            if (!Unforced.traceOf(file).writes().isEmpty()) found.put(path, file);
        });
        return new ArrayList<>(found.values());
    }

    /** A disk with just what was chosen, all of it durable. */
    RememberedFiles after(Choice choice) {
        Unforced fresh = new Unforced();
        NameChange.Names names = unforced.with(choice.names());
        Map<Path, RememberedContent> kept = new HashMap<>();
        names.files().forEach((path, file) -> kept.put(path, forced(file, choice.bytesOf(file), fresh)));
        NameChange.Names left = new NameChange.Names(kept, names.folders());
        fresh.beginWith(left);
        return files.successor(fresh, left);
    }

    private static RememberedContent forced(RememberedContent file, byte[] bytes, Unforced owner) {
        RememberedContent fresh = new RememberedContent(file.modified(), owner);
        fresh.write(0, bytes, file.modified());
        fresh.force();
        return fresh;
    }

    /** Equal for choices that leave the same. */
    long hashOf(Choice choice) {
        NameChange.Names names = unforced.with(choice.names());
        long sum = 0;
        for (Path folder : names.folders()) sum += Hashes.of(folder);
        for (Map.Entry<Path, RememberedContent> file : names.files().entrySet())
            sum += Hashes.chain(Hashes.of(file.getKey()), choice.hashOf(file.getValue()));
        return sum;
    }

    // ------------------------------------------------------------------ at random

    Choice random(RandomGenerator random) {
        Set<NameChange> names = randomNames(random);
        Map<RememberedContent, byte[]> bytes = new HashMap<>();
        for (RememberedContent file : unwritten(names)) bytes.put(file, randomBytes(file, random));
        return new Choice(names, bytes);
    }

    /** Often all or nothing: a journal is written at once. */
    private Set<NameChange> randomNames(RandomGenerator random) {
        double likely = random.nextInt(5) / 4.0;
        Set<NameChange> kept = new HashSet<>();
        for (NameChange change : unforced.pending())
            if (random.nextDouble() < likely && mayFollow(change, kept)) kept.add(change);
        return kept;
    }

    /** True when all that a change needs is there. */
    boolean mayFollow(NameChange change, Set<NameChange> kept) {
        for (NameChange needed : change.needs())
            if (unforced.pending().contains(needed) && !kept.contains(needed)) return false;
        return true;
    }

    private static byte[] randomBytes(RememberedContent file, RandomGenerator random) {
        FileTrace trace = Unforced.traceOf(file);
        byte[] bytes = trace.durableBytes();
        for (FileWrite write : trace.writes()) {
            int most = write.isTruncation() ? 1 : write.bytes().length;
            int arrived = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> random.nextInt(most + 1);
                default -> most;
            };
            bytes = write.on(bytes, arrived, random.nextInt(4) == 0);
        }
        return bytes;
    }
}
