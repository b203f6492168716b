package dev.millrace.bench;

import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** What the disk can do at best, from one thread of Java, with records as large as a task. */
final class DiskLimits implements Measurement {
    /** Draft, force, rename, force the folder: a file that survives a power cut. */
    static final String CREATE_FORCED = "create+force+rename";

    static final String CREATE = "create+rename";
    static final String RENAME = "rename";
    static final String APPEND_FORCED = "append+force";

    /** A thousand records to a force, counted in records. */
    static final String BULK_FORCED = "append 1000+force";

    /** The operations, by which the values are named. */
    static final List<String> ALL = List.of(CREATE_FORCED, CREATE, RENAME, APPEND_FORCED, BULK_FORCED);

    private static final int BULK = 1_000;
    private final Time time = Time.system();
    private final byte[] record = new byte[Payload.BYTES];

    private interface Step {
        void run(int number) throws IOException;
    }

    @Override
    public Values run(Assignment assignment) throws IOException {
        int count = assignment.whole("count", 2_000);
        Arrays.fill(record, (byte) 'x');
        Path from = Files.createDirectory(assignment.folder().resolve("from"));
        Path to = Files.createDirectory(assignment.folder().resolve("to"));
        Path forced = Files.createDirectory(assignment.folder().resolve("forced"));
        try (FileChannel folder = FileChannel.open(forced, StandardOpenOption.READ)) {
            double createForced = rate(count / 2, number -> createForced(forced, folder, number));
            double create = rate(count, number -> create(from, number));
            double rename = rate(count, number -> move(from.resolve("f" + number), to.resolve("f" + number)));
            return appended(
                    assignment.folder(),
                    count,
                    Values.none()
                            .with(CREATE_FORCED, createForced)
                            .with(CREATE, create)
                            .with(RENAME, rename));
        }
    }

    private Values appended(Path folder, int count, Values values) throws IOException {
        try (FileChannel log =
                FileChannel.open(folder.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND)) {
            ByteBuffer bulk = ByteBuffer.allocateDirect(BULK * record.length);
            ByteBuffer one = ByteBuffer.allocateDirect(record.length);
            double single = rate(count, number -> append(log, one));
            double many = BULK * rate(Math.max(2, count / 100), number -> append(log, bulk));
            return values.with(APPEND_FORCED, single).with(BULK_FORCED, many);
        }
    }

    /** The first tenth warms up and does not count. */
    private double rate(int count, Step step) throws IOException {
        int warm = count / 10;
        long begin = time.nanos();
        for (int number = 0; number < count; number++) {
            if (number == warm) begin = time.nanos();
            step.run(number);
        }
        return (count - warm) / ((time.nanos() - begin) / 1e9);
    }

    private void createForced(Path folder, FileChannel open, int number) throws IOException {
        Path draft = folder.resolve(".d" + number);
        try (FileChannel file = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(record));
            file.force(true);
        }
        move(draft, folder.resolve("f" + number));
        open.force(true);
    }

    private void create(Path folder, int number) throws IOException {
        Path draft = folder.resolve(".d" + number);
        Files.write(draft, record, StandardOpenOption.CREATE_NEW);
        move(draft, folder.resolve("f" + number));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void append(FileChannel log, ByteBuffer bytes) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) log.write(bytes);
        log.force(false);
    }
}
