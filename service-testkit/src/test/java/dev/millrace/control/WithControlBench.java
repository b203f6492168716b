package dev.millrace.control;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A control over a machine that the test makes up. */
abstract class WithControlBench {
    @TempDir
    Path folder;

    ControlBench bench;

    @BeforeEach
    final void begin() throws Exception {
        bench = new ControlBench(folder);
    }

    @AfterEach
    final void end() throws Exception {
        bench.close();
    }
}
