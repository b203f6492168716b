package dev.millrace.rpc.method;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An app with workers and a daemon on a real socket, made anew for each test. */
abstract class WithControlWorld {
    @TempDir
    Path folder;

    ControlWorld world;

    @BeforeEach
    final void begin() throws Exception {
        prepare();
        world = ControlWorld.in(folder);
    }

    @AfterEach
    final void end() throws Exception {
        if (world != null) world.close();
    }

    /** What must lie in the folder before the daemon begins. */
    void prepare() throws Exception {}

    static Map<String, Object> job(String id) {
        return Map.of("job_id", id);
    }
}
