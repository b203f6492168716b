package dev.millrace.testkit;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk on which a name is not met by those who list its folder, so many times, as happens to a file that gets another name
 * while the folder is read. Asked for by its name it is there.
 */
public final class BlinkingDisk {
    private final Disk disk;
    private final Path folder;
    private final Predicate<String> which;
    private int times;

    private BlinkingDisk(Disk disk, Path folder, Predicate<String> which, int times) {
        this.disk = disk;
        this.folder = folder;
        this.which = which;
        this.times = times;
    }

    /** A disk that hides these names of a folder from the next so many listings in which they would be. */
    public static Disk over(Disk disk, Path folder, Predicate<String> which, int times) {
        BlinkingDisk blinking = new BlinkingDisk(disk, folder, which, times);
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> blinking.call(method, arguments == null ? new Object[0] : arguments));
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        boolean isOfFolder = arguments.length > 0 && arguments[0].equals(folder);
        if (isOfFolder && method.getName().equals("sortedNames")) return met();
        if (isOfFolder && method.getName().equals("forEachName")) {
            met().forEach((Consumer<String>) arguments[1]);
            return null;
        }
        try {
            return method.invoke(disk, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private List<String> met() throws IOException {
        List<String> names = disk.sortedNames(folder);
        if (times > 0 && names.removeIf(which)) times--;
        return names;
    }
}
