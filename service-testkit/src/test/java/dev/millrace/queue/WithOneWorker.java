package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.testkit.DiskTrouble;
import dev.millrace.testkit.FaultyDisk.Fault;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A queue and one worker. */
abstract class WithOneWorker {
    /** Longer than what could not be looked at is left alone. */
    static final Duration PUT_BACK_FOR = Duration.ofSeconds(6);

    @TempDir
    Path folder;

    QueueWorld world;
    Actor worker;

    @BeforeEach
    final void setUp() throws IOException {
        world = QueueWorld.in(folder);
        worker = world.actor("worker");
    }

    /** A claim fails where the unique key is asked for; what was taken is put back, and may be claimed again now. */
    final void claimFailsAtTheKey() throws IOException {
        Fault fault = worker.disk()
                .fault(
                        call -> call.path().startsWith(world.layout().unique()),
                        Moment.BEFORE,
                        DiskTrouble.inputOutput());
        assertThatThrownBy(() -> worker.queue().claim()).isInstanceOf(IOException.class);
        fault.close();
        assertThat(worker.queue().claim()).isEmpty();
        world.time.advance(PUT_BACK_FOR);
    }
}
