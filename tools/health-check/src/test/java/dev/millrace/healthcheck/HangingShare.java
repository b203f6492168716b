package dev.millrace.healthcheck;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A share whose server never answers: a FUSE file system that nobody serves. Whoever looks into it waits for ever, as with
 * a network file system whose host is gone.
 */
final class HangingShare implements AutoCloseable {
    private final Path at;
    private final Process server;

    private HangingShare(Path at, Process server) {
        this.at = at;
        this.server = server;
    }

    static HangingShare at(Path folder) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount a file system");
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "this machine has no FUSE");
        Files.createDirectories(folder);
        String options = "fd=3,rootmode=40000,user_id=0,group_id=0";
        Process server = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec 3<>/dev/fuse && mount -i -t fuse -o " + options
                                + " none \"$0\" && echo mounted && exec sleep 120",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"mounted".equals(said)) server.destroyForcibly();
        assumeTrue("mounted".equals(said), "no FUSE file system can be mounted here: " + said);
        return new HangingShare(folder, server);
    }

    /** Without its server it fails whoever waits, and can be taken away. */
    @Override
    public void close() throws IOException, InterruptedException {
        server.destroyForcibly().waitFor();
        if (new ProcessBuilder("umount", "--lazy", at.toString()).start().waitFor() != 0)
            throw new IOException("cannot unmount " + at);
    }
}
