package dev.millrace.queue;

import dev.millrace.storage.Disk;
import dev.millrace.testkit.QueueContract;
import dev.millrace.testkit.RecordingEvents;
import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** The queue directory keeps the contract of every queue. */
class DirectoryQueueContractTest implements QueueContract {
    @TempDir
    private Path folder;

    @Override
    public TaskQueue createQueue(SteppedTime time, RecordingEvents events) throws IOException {
        QueuePorts ports = new QueuePorts(Disk.local(), time, RandomGenerator.of("L64X128MixRandom"), events);
        TaskQueue queue =
                TaskQueue.inDirectory(new QueueLayout(folder.resolve("queue")), QueueOptions.defaults(), ports);
        queue.prepare();
        return queue;
    }
}
