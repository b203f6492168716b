package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which program this is, for {@code --version} and whoever reads a report of a fault.
 *
 * @param version the version of the build
 * @param commit the commit that it was built from, with {@code -dirty} when files differed; empty when nobody knows
 * @param java the version of the Java that runs it
 */
record Build(String version, String commit, String java) {

    /** This build, as Maven wrote it down. */
    static Build ofThis() {
        Properties written = new Properties();
        try (InputStream file = Build.class.getResourceAsStream("build.properties")) {
            if (file != null) written.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(
                written.getProperty("version", "unknown"),
                written.getProperty("commit", ""),
                System.getProperty("java.version", "unknown"));
    }

    String toText() {
        String from = commit.isEmpty() ? "" : ", commit " + commit;
        return "millrace " + version + from + ", Java " + java + "\n";
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("version", version);
        json.put("commit", commit.isEmpty() ? null : commit);
        json.put("java", java);
        return json;
    }
}
