package dev.millrace.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * What a process does about signals. Java offers no more than hooks that run while it dies; a daemon must go on after a
 * SIGHUP and end with 0 after a SIGTERM. The class for it is in every JDK but outside of the standard, so it is looked for
 * by name, and where it is missing the signals do what they always do.
 */
final class Signals {
    private Signals() {}

    /** Runs this instead of dying when the signal comes; false where that cannot be. */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler heed = (proxy, method, args) -> {
                if (method.getName().equals("handle")) action.run();
                if (method.getName().equals("hashCode")) return System.identityHashCode(proxy);
                return method.getName().equals("equals") ? proxy == args[0] : name;
            };
            Object heeding = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, heed);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), heeding);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
            return false;
        }
    }
}
