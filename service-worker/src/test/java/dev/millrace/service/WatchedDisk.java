package dev.millrace.service;

import dev.millrace.storage.Disk;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The local disk, with somebody who hears of each call before it is made, and may refuse it. */
final class WatchedDisk {
    private WatchedDisk() {}

    interface Before {
        void call(String method, Object[] arguments) throws Throwable;
    }

    static Disk with(Before before) {
        Disk real = Disk.local();
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() != Object.class)
                        before.call(method.getName(), arguments == null ? new Object[0] : arguments);
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
