package dev.millrace.liveness;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * {@link Processes} on this machine.
 *
 * <p>A start time comes from /proc as clock ticks since boot, because the time of day that {@link ProcessHandle} derives
 * from it moves when somebody sets the clock, and every worker would then look dead. Where there is no /proc, the time
 * of day is all there is.
 */
final class LocalProcesses implements Processes {
    private static final Path PROC = Path.of("/proc");
    private static final String ENDED = "ended";

    private static final int START_FIELD = 22;
    private static final boolean HAS_PROC = Files.isDirectory(PROC.resolve("self"));

    /** Made after the constants that it needs. */
    static final LocalProcesses INSTANCE = new LocalProcesses();

    private final String host = hostName();
    private final String hostId = host + "|" + firstLine("sys/kernel/random/boot_id") + "|" + link("self/ns/pid");

    private LocalProcesses() {}

    @Override
    public ProcessIdentity self() {
        return identity(ProcessHandle.current().pid());
    }

    private ProcessIdentity identity(long pid) {
        return new ProcessIdentity(pid, startOf(pid).orElse(""), host, hostId);
    }

    @Override
    public Existence look(ProcessIdentity process) {
        if (process.pid() <= 0) return Existence.UNKNOWN;
        if (!process.hostId().equals(hostId)) return isFromEarlierBoot(process) ? Existence.GONE : Existence.UNKNOWN;
        Optional<String> start = startOf(process.pid());
        if (start.isEmpty()) return isListed(process.pid()) ? Existence.UNKNOWN : Existence.GONE;
        if (start.get().equals(ENDED)) return Existence.GONE;
        return process.start().isEmpty() || start.get().equals(process.start()) ? Existence.ALIVE : Existence.GONE;
    }

    /** When its file could not be read for a reason of ours (too many open files), nothing is known of a process. */
    private static boolean isListed(long pid) {
        return Files.isDirectory(PROC.resolve(Long.toString(pid)));
    }

    /** Same host name, another boot: it went down with the machine. Being wrong costs a second run. */
    private boolean isFromEarlierBoot(ProcessIdentity process) {
        String[] theirs = process.hostId().split("\\|", -1);
        String[] ours = hostId.split("\\|", -1);
        return theirs.length == ours.length && theirs[0].equals(ours[0]) && !theirs[1].equals(ours[1]);
    }

    @Override
    public ProcessIdentity start(List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException {
        List<String> detached = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) detached.add("/usr/bin/setsid");
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return identity(builder.start().pid());
    }

    /** Its output goes to a file: a grandchild that keeps a pipe open would keep us beyond every limit. */
    @Override
    public Finished run(List<String> command, Duration limit) throws IOException {
        Path output = Files.createTempFile("millrace-", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                throw new IOException("'" + command.get(0) + "' took longer than " + limit.toSeconds() + " s");
            return new Finished(process.exitValue(), firstPart(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while '" + command.get(0) + "' ran", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private static String firstPart(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).strip();
        }
    }

    @Override
    public Set<Long> descendants(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void terminate(ProcessIdentity process) {
        if (look(process) == Existence.ALIVE) ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
    }

    @Override
    public void kill(ProcessIdentity process) {
        if (look(process) == Existence.ALIVE) ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** When a live process started; empty when there is none, or only the remains of one that nobody has collected. */
    private static Optional<String> startOf(long pid) {
        if (!HAS_PROC)
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .map(handle ->
                            handle.info().startInstant().map(Instant::toString).orElse(""));
        try {
            return startTicks(Files.readAllBytes(Path.of(PROC + "/" + pid + "/stat")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Fields after the command name, which is in parentheses and may hold anything: state is 3rd, start time 22nd. */
    private static Optional<String> startTicks(byte[] stat) {
        int at = stat.length;
        while (stat[--at] != ')') {
            // the command's name ends at the last parenthesis
        }
        byte state = stat[at + 2];
        if (state == 'Z' || state == 'X') return Optional.of(ENDED);
        for (int field = 2; field < START_FIELD; at++) if (stat[at] == ' ') field++;
        int end = at;
        while (stat[end] != ' ') end++;
        return Optional.of("t" + new String(stat, at, end - at, StandardCharsets.ISO_8859_1));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            String kernel = firstLine("sys/kernel/hostname");
            return kernel.isEmpty() ? "localhost" : kernel;
        }
    }

    private static String firstLine(String file) {
        try {
            return Files.readString(PROC.resolve(file)).strip();
        } catch (IOException absent) {
            return "";
        }
    }

    private static String link(String file) {
        try {
            return Files.readSymbolicLink(PROC.resolve(file)).toString();
        } catch (IOException | UnsupportedOperationException absent) {
            return "";
        }
    }
}
