package dev.millrace.house.offenders;

import java.io.IOException;
import java.util.function.Consumer;

/** Each deals with processes in its own way. */
interface HandlesProcesses {
    record Builder() {
        void start() throws IOException {
            new ProcessBuilder("true").start();
        }
    }

    record Exec() {
        void start() throws IOException {
            Runtime.getRuntime().exec(new String[] {"true"});
        }
    }

    record Handle() {
        boolean isThere(long pid) {
            return ProcessHandle.of(pid).isPresent();
        }
    }

    record Reference(Consumer<ProcessHandle> end) {
        Reference() {
            this(ProcessHandle::destroy);
        }
    }
}
