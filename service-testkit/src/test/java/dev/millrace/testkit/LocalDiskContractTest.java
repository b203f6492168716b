package dev.millrace.testkit;

import dev.millrace.storage.Disk;

class LocalDiskContractTest extends DiskContract {
    @Override
    Disk createDisk() {
        return Disk.local();
    }
}
