package dev.millrace.queue;

import dev.millrace.queue.QueueWorld.Actor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A queue, a worker that has tasks, and somebody who takes them up when it is dead. */
abstract class WithOwnerAndSteward {
    @TempDir
    Path folder;

    QueueWorld world;
    Actor owner;
    Actor steward;

    @BeforeEach
    final void setUp() throws IOException {
        world = QueueWorld.in(folder);
        owner = world.actor("owner");
        steward = world.actor("steward");
    }
}
