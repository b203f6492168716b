package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An actor's view of a disk: others may come in before each operation, it may fail, and whoever watches is told. */
final class StagedDisk extends WatchedDisk {
    private final Disk disk;
    private final Actor actor;
    private final Setting setting;
    private long drafts;
    private int listings;

    StagedDisk(Disk disk, Actor actor, Setting setting) {
        this.disk = disk;
        this.actor = actor;
        this.setting = setting;
    }

    @Override
    Disk below() {
        return disk;
    }

    @Override
    void requireAlive() {
        setting.stage.requireAlive(actor);
    }

    @Override
    <T> T run(DiskCall call, Work<T> work) throws IOException {
        setting.reached(actor, call);
        Optional<PlannedTrouble> trouble = troubleAt(call);
        if (trouble.isPresent() && trouble.get().moment() != Moment.AFTER) throw failed(call, trouble.get(), work);
        T answer;
        try {
            answer = work.run(false);
        } catch (IOException e) {
            setting.saw(actor, call, e, false);
            throw e;
        }
        setting.saw(actor, call, answer, true);
        if (trouble.isPresent()) throw trouble.get().trouble().about(call.path());
        return answer;
    }

    private <T> IOException failed(DiskCall call, PlannedTrouble trouble, Work<T> work) throws IOException {
        boolean half = trouble.moment() == Moment.HALFWAY;
        if (half) work.run(true);
        IOException thrown = trouble.trouble().about(call.path());
        setting.saw(actor, call, thrown, half);
        return thrown;
    }

    @Override
    public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
        names(folder, () -> {
                    List<String> found = new ArrayList<>();
                    disk.forEachName(folder, found::add);
                    return found;
                })
                .forEach(visitor);
    }

    @Override
    public List<String> sortedNames(Path folder) throws IOException {
        List<String> names = names(folder, () -> disk.sortedNames(folder));
        names.sort(null);
        return names;
    }

    private interface Listing {
        List<String> names() throws IOException;
    }

    /** As the system reads a folder, bit by bit: what gets another name in between is met twice, or not at all. */
    private List<String> names(Path folder, Listing listing) throws IOException {
        DiskCall call = new DiskCall(Operation.LIST, folder, Optional.empty());
        List<String> names = new ArrayList<>(run(call, half -> listing.names()));
        if (!setting.listsBitByBit()) return names;
        int number = listings++;
        names.removeIf(name -> !isInFirstHalf(name, number));
        List<String> later = new ArrayList<>(run(call, half -> listing.names()));
        later.removeIf(name -> isInFirstHalf(name, number));
        names.addAll(later);
        return names;
    }

    /** Which names come first is another matter in each listing. */
    private static boolean isInFirstHalf(String name, int listing) {
        return ((name.hashCode() + listing) * 0x9E3779B9) < 0;
    }

    @Override
    public Optional<FileFacts> facts(Path path) throws IOException {
        return run(
                new DiskCall(Operation.FACTS, path, Optional.empty()),
                half -> disk.facts(path).map(facts -> setting.spelled(path, facts)));
    }

    private Optional<PlannedTrouble> troubleAt(DiskCall call) {
        PlannedTrouble planned = actor.trouble;
        if (planned == null) return Optional.empty();
        if (planned.after() > 0) {
            actor.trouble = planned.later();
            return Optional.empty();
        }
        PlannedTrouble struck = planned.on(call);
        actor.struck = true;
        actor.trouble = planned.afterOne();
        return Optional.of(struck);
    }

    /** The same whenever a seed is run again. */
    @Override
    public Path draftOf(Path file) {
        String number = Integer.toHexString(actor.number) + "-" + Long.toHexString(drafts++);
        return file.resolveSibling(".draft-" + number + "-" + file.getFileName());
    }
}
