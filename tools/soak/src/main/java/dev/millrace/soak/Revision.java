package dev.millrace.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which code was run: figures are worth little without it. */
final class Revision {
    private Revision() {}

    /** The commit that this was built from, with {@code -dirty} when files differed. */
    static String ofThis() {
        Properties written = new Properties();
        try (InputStream file = Revision.class.getResourceAsStream("build.properties")) {
            if (file != null) written.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String commit = written.getProperty("commit", "");
        return commit.isEmpty() ? "not known; ./millrace tells it to its build" : commit;
    }
}
