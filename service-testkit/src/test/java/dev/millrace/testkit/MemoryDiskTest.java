package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MemoryDiskTest extends DiskContract {
    private final MemoryDisk memory = MemoryDisk.create(SteppedTime.create());

    @Override
    Disk createDisk() {
        return memory;
    }

    @Test
    void nothing_reaches_the_disk_of_this_machine() throws IOException {
        memory.create(folder.resolve("a"), new byte[10], Durability.FSYNC);
        memory.createFolders(folder.resolve("b"));
        assertThat(Files.exists(folder.resolve("a"))).isFalse();
        assertThat(Files.exists(folder.resolve("b"))).isFalse();
        assertThat(memory.bytes()).isEqualTo(10);
        assertThat(MemoryDisk.create(SteppedTime.create()).exists(folder)).isFalse();
    }

    @Test
    void every_change_has_a_time_of_its_own_though_the_clock_stands_still() throws IOException {
        Instant before = memory.facts(folder).orElseThrow().modified();
        memory.create(folder.resolve("a"), new byte[1], Durability.OS);
        Instant created = memory.facts(folder).orElseThrow().modified();
        memory.delete(folder.resolve("a"));
        assertThat(created).isAfter(before);
        assertThat(memory.facts(folder).orElseThrow().modified()).isAfter(created);
    }
}
