package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name that came, moved or went and that a power cut may undo. Two of these are equal only when they are the same.
 */
final class NameChange {
    private final long number;
    private final @Nullable Path from;
    private final @Nullable Path to;
    private final @Nullable RememberedContent file;
    private final Set<NameChange> needs = new LinkedHashSet<>();

    /**
     * @param number rises with time
     * @param from null for what was made
     * @param to null for what was removed
     * @param file null for a folder
     */
    NameChange(long number, @Nullable Path from, @Nullable Path to, @Nullable RememberedContent file) {
        this.number = number;
        this.from = from;
        this.to = to;
        this.file = file;
    }

    long number() {
        return number;
    }

    @Nullable
    Path from() {
        return from;
    }

    @Nullable
    Path to() {
        return to;
    }

    @Nullable
    RememberedContent file() {
        return file;
    }

    /** Those without which this one cannot have happened, as far as they are not durable. */
    Set<NameChange> needs() {
        return needs;
    }

    long hash() {
        return Hashes.chain(Hashes.of(from), Hashes.of(to));
    }

    String describe() {
        if (from == null) return "made as " + to;
        return to == null ? "removed from " + from : "moved from " + from;
    }

    /** Files and folders by their paths, on which changes are carried out. */
    record Names(Map<Path, RememberedContent> files, Set<Path> folders) {
        Names() {
            this(new HashMap<>(), new HashSet<>());
        }

        Names(Names other) {
            this(new HashMap<>(other.files), new HashSet<>(other.folders));
        }
    }

    /** Does it again on names on which all that it needs was done. */
    void carryOut(Names names) {
        if (file == null) {
            if (from != null) names.folders().remove(from);
            if (to != null) names.folders().add(to);
        } else {
            if (from != null) names.files().remove(from);
            if (to != null) names.files().put(to, file);
        }
    }
}
