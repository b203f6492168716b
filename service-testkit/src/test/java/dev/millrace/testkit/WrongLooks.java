package dev.millrace.testkit;

import static dev.millrace.testkit.WrongWays.isIn;
import static dev.millrace.testkit.WrongWays.isTerminal;

import dev.millrace.storage.Disk;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ways to be wrong about what is read and listed, for {@link PlantedBug}. */
final class WrongLooks {
    private WrongLooks() {}

    static PlantedDisk claimsReadShort(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public HeldFile hold(Path file, int limit) throws IOException {
                HeldFile held = super.hold(file, limit);
                return isIn(file, "running") ? withoutTheLastByte(held) : held;
            }
        };
    }

    private static Disk.HeldFile withoutTheLastByte(Disk.HeldFile held) {
        return new Disk.HeldFile() {
            @Override
            public byte[] content() {
                byte[] content = held.content();
                return Arrays.copyOf(content, Math.max(0, content.length - 1));
            }

            @Override
            public void writeAt(long position, byte[] bytes) throws IOException {
                held.writeAt(position, bytes);
            }

            @Override
            public void close() {
                held.close();
            }
        };
    }

    static PlantedDisk lastDoneUnseen(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public void forEachName(Path folder, Consumer<String> visitor) throws IOException {
                List<String> names = new ArrayList<>();
                super.forEachName(folder, names::add);
                boolean hides = folder.endsWith("done") && !names.isEmpty();
                names.stream().limit(names.size() - (hides ? 1 : 0)).forEach(visitor);
            }
        };
    }

    static PlantedDisk readingTouches(Disk disk) {
        return new PlantedDisk(disk) {
            @Override
            public byte[] read(Path file, int limit) throws IOException {
                byte[] content = super.read(file, limit);
                if (isTerminal(Optional.of(file))) touchAgain(file);
                return content;
            }

            private void touchAgain(Path file) throws IOException {
                try {
                    Optional<FileFacts> facts = facts(file);
                    if (facts.isPresent()) touch(file, facts.get().modified().plusMillis(1));
                } catch (NoSuchFileException gone) {
                    // nothing to set
                }
            }
        };
    }
}
