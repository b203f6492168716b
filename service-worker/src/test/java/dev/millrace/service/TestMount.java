package dev.millrace.service;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A small file system in memory that becomes full or read-only for real. Who may not mount skips, and says so. */
final class TestMount implements AutoCloseable {
    private final Path at;

    private TestMount(Path at) {
        this.at = at;
    }

    static TestMount at(Path folder, String... options) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount a file system");
        Files.createDirectories(folder);
        List<String> all = new ArrayList<>(List.of("mode=0700"));
        all.addAll(List.of(options));
        String trouble = told("mount", "-t", "tmpfs", "-o", String.join(",", all), "none", folder.toString());
        assumeTrue(trouble.isEmpty(), "no file system can be mounted here: " + trouble);
        return new TestMount(folder);
    }

    /** What a command had to say when it failed; empty when it did its work. */
    private static String told(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + output.strip();
    }

    /** Leaves room for nothing; again, when something has been freed since. */
    void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out =
                Files.newOutputStream(at.resolve("filling"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) out.write(block);
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) throw full;
        }
    }

    /** As {@link #fill}, until nothing has been freed for longer than workers need from one beat to the next. */
    void fillForGood() {
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    long before = filled();
                    fill();
                    return filled() == before;
                });
    }

    private long filled() throws IOException {
        Path filling = at.resolve("filling");
        return Files.exists(filling) ? Files.size(filling) : 0;
    }

    void free() throws IOException {
        Files.delete(at.resolve("filling"));
    }

    void makeWritable() throws Exception {
        String trouble = told("mount", "-o", "remount,rw", at.toString());
        if (!trouble.isEmpty()) throw new IOException(trouble);
    }

    @Override
    public void close() throws Exception {
        String trouble = told("umount", "--lazy", at.toString());
        if (!trouble.isEmpty()) throw new IOException(trouble);
    }
}
