package dev.millrace.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;

/** What of the JDK asks the machine: calls, and references such as {@code System::nanoTime}. */
final class Machine {
    static final DescribedPredicate<JavaAccess<?>> TELLS_THE_TIME =
            describe("tells the time or sleeps", access -> tellsTheTime(owner(access), name(access), access));

    static final DescribedPredicate<JavaAccess<?>> THROWS_DICE =
            describe("throws dice", access -> throwsDice(owner(access), name(access), access));

    static final DescribedPredicate<JavaAccess<?>> HANDLES_PROCESSES =
            describe("handles processes", access -> handlesProcesses(owner(access), name(access)));

    static final DescribedPredicate<JavaClass> IS_A_FILE = describe(
            "read or write files",
            type -> Set.of(
                            "java.io.File",
                            "java.io.FileInputStream",
                            "java.io.FileOutputStream",
                            "java.io.FileReader",
                            "java.io.FileWriter",
                            "java.io.RandomAccessFile",
                            "java.nio.channels.FileChannel",
                            "java.nio.channels.AsynchronousFileChannel",
                            "java.nio.file.Files",
                            "java.nio.file.WatchService")
                    .contains(type.getName()));

    private Machine() {}

    private static boolean tellsTheTime(String owner, String name, JavaAccess<?> access) {
        if (owner.startsWith("java.time.") && name.equals("now")) return true;
        return switch (owner) {
            case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
            case "java.lang.Thread", "java.util.concurrent.TimeUnit" -> name.equals("sleep");
            case "java.time.Clock", "java.time.InstantSource" -> name.startsWith("system") || name.startsWith("tick");
            case "java.util.Date" -> isBare(access);
            default -> false;
        };
    }

    private static boolean throwsDice(String owner, String name, JavaAccess<?> access) {
        return switch (owner) {
            case "java.util.Random", "java.util.SplittableRandom" -> isBare(access);
            case "java.security.SecureRandom" -> name.equals("<init>") || name.startsWith("getInstance");
            case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
            case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
            case "java.util.random.RandomGenerator" -> name.equals("getDefault") || name.equals("of");
            case "java.util.UUID" -> name.equals("randomUUID");
            default -> false;
        };
    }

    /** To know the number of one's own process is harmless. */
    private static boolean handlesProcesses(String owner, String name) {
        return switch (owner) {
            case "java.lang.ProcessBuilder" -> true;
            case "java.lang.Runtime" -> name.equals("exec");
            case "java.lang.ProcessHandle" -> !Set.of("current", "pid").contains(name);
            default -> false;
        };
    }

    /** A constructor without arguments: a generator without a seed, a date without a time. */
    private static boolean isBare(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getName().equals("<init>")
                && target.getRawParameterTypes().isEmpty();
    }

    private static String owner(JavaAccess<?> access) {
        return access.getTargetOwner().getName();
    }

    private static String name(JavaAccess<?> access) {
        return access.getTarget().getName();
    }
}
