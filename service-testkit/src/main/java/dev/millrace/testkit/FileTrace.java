package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of one file is on disk, and what is not yet. Part of an {@link Unforced}. */
final class FileTrace {
    private final RememberedContent content;
    private final Unforced owner;
    private final GrowingBytes durable = new GrowingBytes();

    /** Changes of the bytes that are not durable, oldest first, and a hash of where they lie. */
    private final List<FileWrite> writes = new ArrayList<>();

    private long writesHash;

    /** Changes of the name that are not durable, oldest first. */
    final List<NameChange> changes = new ArrayList<>();

    /** Where it is now, and where it would be if none of the changes survived; null for nowhere. */
    private @Nullable Path place;

    private @Nullable Path durablePlace;

    /** What it adds to its disk's hash; out of date while the owner has it among those that changed. */
    private long term;

    private boolean stale;

    FileTrace(RememberedContent content, Unforced owner) {
        this.content = content;
        this.owner = owner;
    }

    List<FileWrite> writes() {
        return writes;
    }

    byte[] durableBytes() {
        return durable.copy();
    }

    long durableHash() {
        return durable.hash();
    }

    void wrote(FileWrite write) {
        if (write.bytes().length == 0 && !write.isTruncation()) return;
        writes.add(write);
        writesHash = Hashes.chain(writesHash, ((long) write.position() << 32) + write.bytes().length);
        changed();
    }

    /** What has been written is durable from now on. */
    void force() {
        for (FileWrite write : writes) {
            if (write.isTruncation()) durable.truncate();
            else durable.write(write.position(), write.bytes());
        }
        writes.clear();
        writesHash = 0;
        changed();
    }

    /** The same file on another disk, with as much of it durable. */
    RememberedContent twin(Unforced other) {
        RememberedContent twin = new RememberedContent(content.modified(), other);
        twin.write(0, durable.copy(), content.modified());
        twin.force();
        for (FileWrite write : writes) {
            if (write.isTruncation()) twin.truncate(content.modified());
            else twin.write(write.position(), write.bytes(), content.modified());
        }
        return twin;
    }

    void isAt(@Nullable Path now) {
        place = now;
        changed();
    }

    void isDurablyAt(@Nullable Path now) {
        durablePlace = now;
        changed();
    }

    private void changed() {
        if (!stale) owner.mustCountAgain(this);
        stale = true;
    }

    /** How much the hash of the disk has changed by this file since the last call. */
    long change() {
        long before = term;
        term = currentTerm();
        stale = false;
        return term - before;
    }

    private long currentTerm() {
        if (place == null && durablePlace == null && changes.isEmpty()) return 0;
        long hash = Hashes.chain(Hashes.of(place), Hashes.of(durablePlace));
        hash = Hashes.chain(hash, content.hash());
        hash = Hashes.chain(hash, durable.hash());
        hash = Hashes.chain(hash, writesHash);
        for (NameChange each : changes) hash = Hashes.chain(hash, each.hash());
        return hash;
    }
}
