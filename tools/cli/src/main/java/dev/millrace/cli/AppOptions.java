package dev.millrace.cli;

import dev.millrace.settings.AppEnv;
import dev.millrace.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which app is meant, and where its queue lies. */
final class AppOptions {
    @Option(
            names = "--app",
            paramLabel = "NAME",
            description = "The app (default: $MILLRACE_APP, else the only app in the folder of apps).")
    @Nullable
    String app;

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

    /** The app that is meant. */
    AppEnv env(Shell shell) throws CommandException {
        Path folder = appsFolder(shell);
        String name = name(shell, folder);
        try {
            return AppEnv.find(folder, name, environment(shell));
        } catch (SettingsException e) {
            throw CommandException.badCommandLine(String.valueOf(e.getMessage()), "name the app with --app");
        }
    }

    private Path appsFolder(Shell shell) throws CommandException {
        String home = shell.variable("MILLRACE_HOME", "");
        Path usual = home.isEmpty() ? Path.of("apps") : Path.of(home, "apps");
        Path folder =
                shell.folder().resolve(appsPath == null ? usual : appsPath).normalize();
        if (Files.isDirectory(folder)) return folder;
        throw CommandException.badCommandLine(
                "there is no folder of apps at " + folder, "name it with --apps-path, or run this where it is");
    }

    private String name(Shell shell, Path folder) throws CommandException {
        if (app != null) return app;
        String variable = shell.variable("MILLRACE_APP", "");
        return variable.isEmpty() ? only(folder) : variable;
    }

    private static String only(Path folder) throws CommandException {
        List<String> apps = apps(folder);
        if (apps.size() == 1) return apps.get(0);
        if (apps.isEmpty())
            throw CommandException.badCommandLine(
                    "there is no app in " + folder, "make one: docs/learning/first-app.md shows how");
        throw CommandException.badCommandLine(
                "there are several apps in " + folder + ": " + String.join(", ", apps),
                "name one with --app or $MILLRACE_APP");
    }

    private static List<String> apps(Path folder) throws CommandException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.FAILED, "the folder of apps " + folder + " cannot be listed: " + e, "", e);
        }
    }

    /** The options that lead a next command to the same place. */
    String where(Optional<AppEnv> found) {
        StringBuilder options = new StringBuilder();
        found.map(AppEnv::target)
                .or(() -> Optional.ofNullable(app))
                .ifPresent(name -> options.append(" --app ").append(name));
        if (appsPath != null) options.append(" --apps-path ").append(appsPath);
        if (share != null) options.append(" --share ").append(share);
        return options.toString();
    }

    private AppEnv.Environment environment(Shell shell) {
        return new AppEnv.Environment(
                shell.variables(),
                shell.home(),
                Optional.ofNullable(share)
                        .map(path ->
                                path.startsWith("~") ? path : shell.folder().resolve(path)));
    }
}
