package dev.millrace.house.offenders.storage;

import java.io.IOException;

/** Not an offender: the disk may run sync(1). */
record LocalDisk() {
    void force() throws IOException {
        new ProcessBuilder("sync").start();
    }
}
