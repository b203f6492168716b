package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.AppendFile;
import dev.millrace.storage.Durability;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/**
 * The disk of this machine, but for forcing: nobody cuts the power in a test, and hundreds of worlds would wait for the
 * device.
 */
final class QuickDisk {
    private QuickDisk() {}

    static Disk local() {
        Disk disk = Disk.local();
        return (Disk) Proxy.newProxyInstance(
                QuickDisk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().startsWith("force")) return null;
                    if (method.getName().equals("create"))
                        return call(disk, method, arguments[0], arguments[1], Durability.OS);
                    Object result = call(disk, method, arguments == null ? new Object[0] : arguments);
                    return result instanceof AppendFile file ? unforced(file) : result;
                });
    }

    private static AppendFile unforced(AppendFile file) {
        return (AppendFile) Proxy.newProxyInstance(
                QuickDisk.class.getClassLoader(), new Class<?>[] {AppendFile.class}, (self, method, arguments) -> {
                    if (method.getName().equals("force")) return null;
                    return call(file, method, arguments == null ? new Object[0] : arguments);
                });
    }

    private static Object call(Object target, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(target, Arrays.copyOf(arguments, arguments.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
