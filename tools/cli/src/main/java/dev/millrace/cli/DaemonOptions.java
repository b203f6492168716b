package dev.millrace.cli;

import dev.millrace.control.ControlLimits;
import dev.millrace.control.ControlOptions;
import dev.millrace.rpc.server.SocketSettings;
import dev.millrace.settings.AppEnv;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which daemon is meant, and what it takes on. */
final class DaemonOptions {
    @Option(
            names = "--apps-path",
            paramLabel = "DIR",
            description = "The folder of apps (default: $MILLRACE_HOME/apps, else ./apps).")
    @Nullable
    Path appsPath;

    @Option(
            names = "--share",
            paramLabel = "DIR",
            description = "Where the queues lie (default: $AGI_CLUSTER_SHARE, else ~/.millrace).")
    @Nullable
    Path share;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "Where it listens (default: daemon/daemon.sock under the share).")
    @Nullable
    Path socket;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A TOML file whose table [daemon] limits what it takes on; read again on SIGHUP.")
    @Nullable
    Path config;

    @Mixin
    SocketOptions listening = new SocketOptions();

    AppEnv.Environment environment(Shell shell) {
        return new AppEnv.Environment(
                shell.variables(),
                shell.home(),
                Optional.ofNullable(share)
                        .map(path ->
                                path.startsWith("~") ? path : shell.folder().resolve(path)));
    }

    Path folder(Shell shell) {
        return ControlOptions.daemonFolder(environment(shell));
    }

    Path socket(Shell shell) {
        return socket == null
                ? folder(shell).resolve(ControlOptions.SOCKET)
                : shell.folder().resolve(socket).normalize();
    }

    ControlOptions control(Shell shell) {
        String home = shell.variable("MILLRACE_HOME", "");
        Path usual = home.isEmpty() ? Path.of("apps") : Path.of(home, "apps");
        Path apps = shell.folder().resolve(appsPath == null ? usual : appsPath).normalize();
        Optional<Path> file = file(shell);
        ControlLimits limits = file.map(ControlLimits::read).orElse(ControlLimits.defaults());
        return new ControlOptions(apps, environment(shell), limits, file);
    }

    private Optional<Path> file(Shell shell) {
        return Optional.ofNullable(config)
                .map(path -> shell.folder().resolve(path).normalize());
    }

    /** What is said about the socket; options win over the file. */
    SocketSettings settings(Shell shell) {
        return listening.over(file(shell).map(SocketSettings::read).orElse(SocketSettings.defaults()));
    }
}
