package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All that a {@link PowerCut} may leave, each once.
 *
 * <p>When there is more than asked for, it begins with the corners: everything survives, nothing does, all names without
 * their bytes, one change of a name alone, all but one. Then it draws, always the same from the same disk.
 */
final class PowerCuts {
    /** So many versions of one file at most; a file with four unforced writes has about as many. */
    private static final int VERSIONS = 256;

    private final PowerCut cut;
    private final List<NameChange> changes;
    private final int most;
    private final Set<Long> seen = new HashSet<>();
    private final List<PowerCut.Choice> found = new ArrayList<>();
    private int tries;
    private boolean exceeded;

    PowerCuts(PowerCut cut, List<NameChange> changes, int most) {
        this.cut = cut;
        this.changes = changes;
        this.most = most;
    }

    /** True when {@link #choices} left some out. */
    boolean isIncomplete() {
        return exceeded;
    }

    List<PowerCut.Choice> choices() {
        everyName(0, new HashSet<>());
        if (exceeded) sample();
        return found;
    }

    // ------------------------------------------------------------------ all

    private void everyName(int next, Set<NameChange> kept) {
        if (exceeded) return;
        if (next == changes.size()) {
            everyByte(kept, cut.unwritten(kept), 0, new HashMap<>());
            return;
        }
        NameChange change = changes.get(next);
        if (cut.mayFollow(change, kept)) {
            kept.add(change);
            everyName(next + 1, kept);
            kept.remove(change);
        }
        everyName(next + 1, kept);
    }

    private void everyByte(
            Set<NameChange> kept, List<RememberedContent> files, int next, Map<RememberedContent, byte[]> bytes) {
        if (exceeded) return;
        if (next == files.size()) {
            offer(new PowerCut.Choice(Set.copyOf(kept), Map.copyOf(bytes)));
            return;
        }
        for (byte[] version : versions(files.get(next))) {
            bytes.put(files.get(next), version);
            everyByte(kept, files, next + 1, bytes);
        }
        bytes.remove(files.get(next));
    }

    private List<byte[]> versions(RememberedContent file) {
        FileTrace trace = Unforced.traceOf(file);
        List<byte[]> versions = List.of(trace.durableBytes());
        for (FileWrite write : trace.writes()) versions = versions(versions, write);
        return versions;
    }

    private List<byte[]> versions(List<byte[]> before, FileWrite write) {
        List<byte[]> after = new ArrayList<>();
        Set<Long> known = new HashSet<>();
        for (int arrived : write.tears())
            for (byte[] content : before)
                for (boolean grown : new boolean[] {false, true}) {
                    byte[] version = write.on(content, arrived, grown);
                    if (known.add(new GrowingBytes(version).hash())) after.add(version);
                }
        if (after.size() > VERSIONS) exceeded = true;
        return after.size() > VERSIONS ? after.subList(0, VERSIONS) : after;
    }

    private void offer(PowerCut.Choice choice) {
        boolean fresh = seen.add(cut.hashOf(choice));
        if (fresh && found.size() < most) found.add(choice);
        else if (fresh || ++tries > 16 * most + VERSIONS) exceeded = true;
    }

    // ------------------------------------------------------------------ some

    private void sample() {
        found.clear();
        seen.clear();
        RandomGenerator random = new SplittableRandom(changes.size());
        corners();
        for (int i = 0; i < 4 * most && found.size() < most; i++) offer(cut.random(random));
        exceeded = true;
    }

    /** At most half of what is asked for, but for the first two. */
    private void corners() {
        Set<NameChange> every = new HashSet<>(changes);
        corner(every, true);
        corner(Set.of(), false);
        List<Set<NameChange>> names = new ArrayList<>(List.of(every, Set.of()));
        for (NameChange change : changes) names.add(onlyWith(change));
        for (NameChange change : changes) names.add(allWithout(change));
        for (Set<NameChange> kept : names)
            for (boolean whole : new boolean[] {true, false}) {
                if (found.size() >= Math.max(2, most / 2)) return;
                corner(kept, whole);
            }
    }

    private void corner(Set<NameChange> kept, boolean whole) {
        offer(new PowerCut.Choice(kept, whole ? wholeBytes(kept) : Map.of()));
    }

    private Map<RememberedContent, byte[]> wholeBytes(Set<NameChange> kept) {
        Map<RememberedContent, byte[]> bytes = new HashMap<>();
        for (RememberedContent file : cut.unwritten(kept)) bytes.put(file, file.bytes());
        return bytes;
    }

    private Set<NameChange> onlyWith(NameChange change) {
        Set<NameChange> kept = new HashSet<>(Set.of(change));
        for (int i = changes.indexOf(change); i >= 0; i--)
            if (kept.contains(changes.get(i))) kept.addAll(changes.get(i).needs());
        return kept;
    }

    private Set<NameChange> allWithout(NameChange change) {
        Set<NameChange> kept = new HashSet<>();
        for (NameChange other : changes) if (other != change && cut.mayFollow(other, kept)) kept.add(other);
        return kept;
    }
}
