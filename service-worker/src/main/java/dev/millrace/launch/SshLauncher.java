package dev.millrace.launch;

import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.lifecycle.WorkerLauncher;
import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.settings.Launcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Workers on other hosts, through the system's own ssh, so that keys, users, ports and jump hosts are what
 * {@code ~/.ssh/config} says. The share, the app and this program must be at the same paths there. {@code $MILLRACE_SSH}
 * replaces the command, for example {@code ssh -F /etc/millrace/ssh_config}.
 *
 * @param ssh the command and its options
 * @param processes where it is run
 */
public record SshLauncher(List<String> ssh, Processes processes) implements WorkerLauncher {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    public SshLauncher {
        ssh = List.copyOf(ssh);
    }

    /** For {@link java.util.ServiceLoader}. */
    public SshLauncher() {
        this(
                Arrays.asList(System.getenv()
                        .getOrDefault("MILLRACE_SSH", "ssh")
                        .trim()
                        .split("\\s+")),
                Processes.local());
    }

    @Override
    public boolean serves(Launcher launcher, String host) {
        return launcher == Launcher.PROCESS && !LocalHost.is(host);
    }

    @Override
    public ProcessIdentity launch(ServiceFiles files, ServiceRecord record, WorkerEntry worker) throws IOException {
        String output = quoted(files.output(worker.name()).toString());
        run(
                worker.host(),
                "J=" + quoted(WorkerCommand.java().toString()) + "; [ -x \"$J\" ] || J=java; mkdir -p "
                        + quoted(String.valueOf(files.output(worker.name()).getParent())) + " && cd "
                        + quoted(record.appFolder().toString()) + " && { env -i " + environment(record)
                        + " setsid nohup \"$J\" " + allQuoted(WorkerCommand.arguments(files, record, worker))
                        + " </dev/null >>" + output + " 2>&1 & }");
        return ProcessIdentity.unknown();
    }

    /** The other host's own values of what may pass, and nothing else. */
    private static String environment(ServiceRecord record) {
        String passed = record.settings().worker().passedVariables().stream()
                .map(name -> "${" + name + "+" + name + "=\"$" + name + "\"}")
                .collect(Collectors.joining(" "));
        return passed + " LC_ALL=\"${LC_ALL:-C.UTF-8}\"";
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    /**
     * Ends the worker by the number in its heartbeat, after making sure that the number still is that worker's, and
     * waits there until it is gone. True when the other host says so.
     */
    @Override
    public boolean kill(ServiceRecord record, WorkerEntry worker, ProcessIdentity process) throws IOException {
        if (process.pid() <= 0) return false;
        String answer = run(worker.host(), RemoteKill.script(worker, process));
        return RemoteKill.isProven(answer);
    }

    private String run(String host, String script) throws IOException {
        List<String> command = new ArrayList<>(ssh);
        command.addAll(List.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "--", host, script));
        Processes.Finished finished = finished(host, command);
        if (finished.exitCode() != 0)
            throw new IOException("'" + String.join(" ", ssh) + " " + host + "' failed with exit code "
                    + finished.exitCode() + (finished.output().isEmpty() ? "" : ": " + finished.output())
                    + "; try it by hand: it must log in without a question");
        return finished.output();
    }

    private Processes.Finished finished(String host, List<String> command) throws IOException {
        try {
            return processes.run(command, LIMIT);
        } catch (IOException e) {
            throw new IOException("cannot reach " + host + ": " + e.getMessage(), e);
        }
    }

    private static String allQuoted(List<String> words) {
        return words.stream().map(SshLauncher::quoted).collect(Collectors.joining(" "));
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
