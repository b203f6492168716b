package dev.millrace.service;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real OpenSSH server on a port of its own on the loopback, for one test; it knows one key and one host alias. */
final class SshServer implements AutoCloseable {
    static final Path SSHD = Path.of("/usr/sbin/sshd");

    /** The host name that the client's settings lead to this server. */
    static final String ALIAS = "far-away";

    final Path clientConfig;
    private final Process process;

    private SshServer(Path clientConfig, Process process) {
        this.clientConfig = clientConfig;
        this.process = process;
    }

    static SshServer in(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (System.getProperty("user.name").equals("root")) Files.createDirectories(Path.of("/run/sshd"));
        key(folder.resolve("host_key"));
        key(folder.resolve("user_key"));
        Files.copy(folder.resolve("user_key.pub"), folder.resolve("authorized_keys"));
        int port = freePort();
        Path serverConfig = Files.writeString(
                folder.resolve("sshd_config"),
                String.join(
                        "\n",
                        "Port " + port,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + folder.resolve("host_key"),
                        "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
                        "PidFile " + folder.resolve("sshd.pid"),
                        "PermitRootLogin yes",
                        "PasswordAuthentication no",
                        "StrictModes no",
                        "UsePAM no",
                        ""));
        Path clientConfig = Files.writeString(
                folder.resolve("ssh_config"),
                String.join(
                        "\n",
                        "Host " + ALIAS,
                        "  HostName 127.0.0.1",
                        "  Port " + port,
                        "  IdentityFile " + folder.resolve("user_key"),
                        "  IdentitiesOnly yes",
                        "  StrictHostKeyChecking no",
                        "  UserKnownHostsFile " + folder.resolve("known_hosts"),
                        "  LogLevel ERROR",
                        ""));
        Process process = new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", serverConfig.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        SshServer server = new SshServer(clientConfig, process);
        await().atMost(Duration.ofMinutes(1)).until(() -> accepts(port));
        return server;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void key(Path file) throws IOException, InterruptedException {
        Process made = new ProcessBuilder(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString()))
                .inheritIO()
                .start();
        if (!made.waitFor(30, TimeUnit.SECONDS) || made.exitValue() != 0) throw new IOException("ssh-keygen failed");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
    }
}
