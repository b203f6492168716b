package dev.millrace.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An app and the places that belong to it. Looking at it creates nothing.
 *
 * @param appFolder the app's folder, absolute; its last name is the app's name
 * @param share where the queues of all apps lie, absolute
 * @param home the user's home folder, absolute
 */
public record AppEnv(Path appFolder, Path share, Path home) {
    private static final String SUFFIX = "_project";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    /**
     * What the surroundings say: taken from the system, or made up by a test.
     *
     * @param variables environment variables; {@code AGI_CLUSTER_SHARE} is read
     * @param home the user's home folder
     * @param share the share that the caller asks for, which wins over the variable
     */
    public record Environment(Map<String, String> variables, Path home, Optional<Path> share) {
        public Environment {
            variables = Map.copyOf(variables);
        }

        /** This process's variables; home is {@code HOME}, else what Java takes for it. */
        public static Environment ofSystem() {
            String home = System.getenv().getOrDefault("HOME", "");
            Path folder = Path.of(home.isBlank() ? System.getProperty("user.home", ".") : home);
            return new Environment(System.getenv(), folder.toAbsolutePath(), Optional.empty());
        }

        /** The same surroundings with a share of the caller's choice. */
        public Environment withShare(Path folder) {
            return new Environment(variables, home, Optional.of(folder));
        }

        /** The caller's share, else {@code $AGI_CLUSTER_SHARE}, else {@code ~/.millrace}; a relative one is below home. */
        Path resolvedShare() {
            Optional<Path> variable = Optional.ofNullable(variables.get("AGI_CLUSTER_SHARE"))
                    .filter(text -> !text.isBlank())
                    .map(Path::of);
            Path chosen = share.or(() -> variable).orElse(Path.of(".millrace"));
            return home.resolve(expanded(chosen, home)).normalize();
        }
    }

    /** Where the queues of all apps lie in these surroundings. */
    public static Path shareOf(Environment environment) {
        return environment.resolvedShare();
    }

    /** @throws SettingsException when the folder's name cannot be an app's name */
    public AppEnv {
        appFolder = appFolder.toAbsolutePath().normalize();
        share = share.toAbsolutePath().normalize();
        home = home.toAbsolutePath().normalize();
        Path last = appFolder.getFileName();
        checkName(last == null ? "" : last.toString());
    }

    /** An app below a folder of apps, in this process's surroundings, see {@link #find(Path, String, Environment)}. */
    public static AppEnv find(Path appsPath, String app) {
        return find(appsPath, app, Environment.ofSystem());
    }

    /**
     * The app in {@code appsPath/app}, else in {@code appsPath/app_project}.
     *
     * @throws SettingsException when the name could leave the folder, or there is no such app; it lists those that are
     */
    public static AppEnv find(Path appsPath, String app, Environment environment) {
        checkName(app);
        for (String name : List.of(app, app + SUFFIX))
            if (Files.isDirectory(appsPath.resolve(name))) return at(appsPath.resolve(name), environment);
        throw SettingsException.in(appsPath, 0, "app", "'" + app + "' is not there; " + whatIsThere(appsPath, app));
    }

    /** The app in this folder, in this process's surroundings. */
    public static AppEnv at(Path appFolder) {
        return at(appFolder, Environment.ofSystem());
    }

    /**
     * The app in this folder.
     *
     * @throws SettingsException when there is no such folder
     */
    public static AppEnv at(Path appFolder, Environment environment) {
        if (!Files.isDirectory(appFolder)) throw SettingsException.in(appFolder, 0, "app", "must be a folder");
        return new AppEnv(appFolder, environment.resolvedShare(), environment.home());
    }

    /** Checked before it touches a path: a name must not lead elsewhere. */
    private static void checkName(String app) {
        boolean leads = app.contains("..") || app.equals(".") || app.equals(SUFFIX);
        if (leads || !NAME.matcher(app).matches())
            throw SettingsException.of(
                    "app",
                    "must be 1 to 100 of the letters A to Z, digits, '_', '-' and '.', without '..', not '" + app
                            + "'");
    }

    private static String whatIsThere(Path appsPath, String app) {
        List<String> apps = appsIn(appsPath);
        if (apps.isEmpty()) return "the folder has no apps";
        String near = Spelling.nearest(app, apps)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
        return "apps there: " + String.join(", ", apps) + near;
    }

    private static List<String> appsIn(Path appsPath) {
        try (Stream<Path> folders = Files.list(appsPath)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> targetOf(String.valueOf(folder.getFileName())))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw SettingsException.in(appsPath, 0, "apps path", "cannot be listed: " + e);
        }
    }

    private static String targetOf(String name) {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static Path expanded(Path path, Path home) {
        boolean fromHome = path.getNameCount() > 0
                && !path.isAbsolute()
                && path.getName(0).toString().equals("~");
        if (!fromHome) return path;
        return path.getNameCount() == 1 ? home : home.resolve(path.subpath(1, path.getNameCount()));
    }

    /** The folder's name, for example {@code mycode_project}. */
    public String name() {
        return String.valueOf(appFolder.getFileName());
    }

    /** The short name, for example {@code mycode}; it names the service. */
    public String target() {
        return targetOf(name());
    }

    /** Where everything of the service lies. */
    public Path serviceFolder() {
        return share.resolve("service").resolve(target());
    }

    /** The queue's folder when nobody chooses another. */
    public Path defaultQueueFolder() {
        return serviceFolder().resolve("queue");
    }

    /** The queue's folder: the chosen one with {@code ~} expanded, a relative one below the app's folder; else the default. */
    public Path queueFolder(Optional<Path> chosen) {
        return chosen.map(folder -> appFolder.resolve(expanded(folder, home)).normalize())
                .orElse(defaultQueueFolder());
    }

    /** The health document when nobody chooses another place. */
    public Path healthFile() {
        return serviceFolder().resolve("health.json");
    }

    /**
     * The health document: the chosen file with {@code ~} expanded, a relative one below the share; else the default.
     *
     * @throws SettingsException when a relative one leaves the share
     */
    public Path healthFile(Optional<Path> chosen) {
        if (chosen.isEmpty()) return healthFile();
        Path file = share.resolve(expanded(chosen.get(), home)).normalize();
        boolean relative = !expanded(chosen.get(), home).isAbsolute();
        if (relative && (!file.startsWith(share) || file.equals(share)))
            throw SettingsException.of(
                    "health_output_path",
                    "must stay below the share " + share + " or be absolute; '" + chosen.get() + "' leaves it");
        return file;
    }

    /** Where operators' snapshots are exported to. */
    public Path operatorSnapshotFile() {
        return home.resolve("log").resolve("execute").resolve(target()).resolve("service_operator_snapshot.json");
    }

    /** The app's settings, {@code app_settings.toml} or {@code src/app_settings.toml}; empty when it has none. */
    public Optional<Path> settingsFile() {
        return Stream.of("app_settings.toml", "src/app_settings.toml")
                .map(appFolder::resolve)
                .filter(Files::exists)
                .findFirst();
    }

    /**
     * The app's settings, or the defaults when it has none.
     *
     * @throws SettingsException naming file, line and key of what is wrong
     */
    public AppSettings settings() {
        return settingsFile().map(AppSettings::read).orElse(AppSettings.defaults());
    }
}
