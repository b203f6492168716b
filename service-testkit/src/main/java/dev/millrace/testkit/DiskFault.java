package dev.millrace.testkit;

import dev.millrace.testkit.DiskCall.Operation;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * An operation of a {@link SimulatedDisk} that goes wrong.
 *
 * <pre>{@code
 * disk.fail(DiskFault.of(Kind.NO_SPACE).by("w1").in("outcomes").nth(3));
 * disk.fail(DiskFault.of(Kind.RENAME_REPORTED_AS_LOST).chance(0.01, random));
 * }</pre>
 *
 * @param kind what goes wrong
 * @param length how long a slow operation takes; of no meaning for others
 * @param process who meets it; empty for everybody
 * @param which those among the operations that can go wrong so
 * @param strikes at which of them, counted from 1
 */
public record DiskFault(Kind kind, Duration length, String process, Predicate<DiskCall> which, IntPredicate strikes) {

    /** What can go wrong, and with which operations. */
    public enum Kind {
        /** The disk is full for new files, folders and bytes; half of what is appended or written in place finds room. */
        NO_SPACE,
        /** The device fails, with any operation; nothing is done. */
        INPUT_OUTPUT,
        /** The process has no file descriptors left to open anything. */
        TOO_MANY_OPEN_FILES,
        /** It is done, but takes a while; any operation. */
        SLOW,
        /** A rename is done, and reported as that of a missing file; network file systems do so when an answer is lost. */
        RENAME_REPORTED_AS_LOST,
        /** The process gets the names that it got when it listed the folder the last time. */
        STALE_LISTING;

        boolean concerns(DiskCall call) {
            return switch (this) {
                case NO_SPACE -> needsSpace(call.operation());
                case TOO_MANY_OPEN_FILES -> opens(call.operation());
                case INPUT_OUTPUT, SLOW -> true;
                case RENAME_REPORTED_AS_LOST -> call.is(Operation.RENAME);
                case STALE_LISTING -> call.is(Operation.LIST);
            };
        }

        private static boolean needsSpace(Operation operation) {
            return switch (operation) {
                case CREATE, APPEND, WRITE_AT, OPEN_APPEND, CREATE_FOLDERS -> true;
                default -> false;
            };
        }

        private static boolean opens(Operation operation) {
            return switch (operation) {
                case LIST,
                        READ,
                        CREATE,
                        OPEN_APPEND,
                        FORCE_FOLDER,
                        FORCE_FILE,
                        FORCE_FILE_SYSTEM,
                        TRUNCATE,
                        LOCK,
                        WATCH -> true;
                default -> false;
            };
        }
    }

    /** Every operation that can go wrong so does, for everybody. A slow one takes a second. */
    public static DiskFault of(Kind kind) {
        return new DiskFault(kind, Duration.ofSeconds(1), "", call -> true, count -> true);
    }

    /** Every operation takes so long. */
    public static DiskFault slow(Duration length) {
        return new DiskFault(Kind.SLOW, length, "", call -> true, count -> true);
    }

    /** Only this process meets it. */
    public DiskFault by(String who) {
        return new DiskFault(kind, length, who, which, strikes);
    }

    /** Only these operations; earlier choices stay. */
    public DiskFault on(Predicate<DiskCall> more) {
        return new DiskFault(kind, length, process, which.and(more), strikes);
    }

    /** Only for what lies directly in a folder of this name, or for the folder itself. */
    public DiskFault in(String folder) {
        return on(call -> call.isIn(folder) || call.path().endsWith(folder));
    }

    /** Only for files whose name, the old or the new one, matches as a whole. */
    public DiskFault named(Pattern name) {
        return on(call -> matches(name, call));
    }

    private static boolean matches(Pattern name, DiskCall call) {
        return name.matcher(String.valueOf(call.path().getFileName())).matches()
                || call.target()
                        .filter(to ->
                                name.matcher(String.valueOf(to.getFileName())).matches())
                        .isPresent();
    }

    /** Only the {@code nth} of the chosen operations, counted from 1. */
    public DiskFault nth(int nth) {
        return new DiskFault(kind, length, process, which, count -> count == nth);
    }

    /** Each of the chosen operations with this probability, from 0 to 1. */
    public DiskFault chance(double probability, RandomGenerator random) {
        return new DiskFault(kind, length, process, which, count -> random.nextDouble() < probability);
    }

    boolean concerns(String who, DiskCall call) {
        return (process.isEmpty() || process.equals(who)) && kind.concerns(call) && which.test(call);
    }
}
