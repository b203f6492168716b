package dev.millrace.queue;

import dev.millrace.queue.QueueWorld.Actor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A queue and one worker. */
abstract class WithOneWorker {
    @TempDir
    Path folder;

    QueueWorld world;
    Actor worker;

    @BeforeEach
    final void setUp() throws IOException {
        world = QueueWorld.in(folder);
        worker = world.actor("worker");
    }
}
