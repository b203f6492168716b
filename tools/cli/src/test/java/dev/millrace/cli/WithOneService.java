package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One service for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithOneService {
    Path folder;
    Cli cli;

    @BeforeAll
    final void start(@TempDir Path place) throws IOException {
        folder = place;
        cli = Cli.in(place);
        cli.run("start").expect(ExitCode.OK);
    }

    @AfterAll
    final void stop() {
        cli.close();
    }
}
