package dev.millrace.queue;

import dev.millrace.storage.Disk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The disk of this machine, but for the sync of the whole file system, which waits for everybody else's files, too. */
final class QuickDisk {
    private QuickDisk() {}

    static Disk local() {
        Disk disk = Disk.local();
        return (Disk) Proxy.newProxyInstance(
                QuickDisk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("forceFileSystem")) return null;
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
