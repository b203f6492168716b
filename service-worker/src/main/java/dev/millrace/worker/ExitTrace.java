package dev.millrace.worker;

/** Recognises the stack of a thread that ends the Java virtual machine. */
final class ExitTrace {
    private ExitTrace() {}

    static boolean isIn(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack)
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) return true;
        return false;
    }
}
