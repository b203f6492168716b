package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What commands and workers do on every day, done once in a folder of its own, which is gone afterwards. tools/launch.sh
 * lets the virtual machine keep the classes that were loaded meanwhile in an archive. Commands then start in about half the
 * time, and workers, which get the same archive, with half the processor time.
 */
final class Rehearsal {
    private static final String APP = "rehearsal";
    private static final String LONGEST_WAIT = "60";

    private Rehearsal() {}

    /** Ends with 0 when all went as it should. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("millrace.log.level", "WARN");
        Path folder = Files.createTempDirectory("millrace-rehearsal").toRealPath();
        boolean fine;
        try {
            fine = perform(folder);
        } finally {
            DemoFolder.remove(folder);
        }
        System.exit(fine ? 0 : 1);
    }

    private static boolean perform(Path folder) throws IOException, InterruptedException {
        Path app = Files.createDirectories(folder.resolve("apps").resolve(APP));
        Files.writeString(app.resolve("app_settings.toml"), "[service]\ndefault_kind = \"nothing\"\n");
        Optional<Path> share = Optional.of(folder.resolve("share"));
        AppEnv env = AppEnv.find(folder.resolve("apps"), APP, new AppEnv.Environment(Map.of(), folder, share));
        try (Service service = Service.open(env)) {
            service.serve(Action.START, ServeOptions.defaults().withLauncher(Launcher.IN_PROCESS));
            boolean fine = play(folder);
            service.serve(Action.STOP, ServeOptions.defaults());
            return fine;
        }
    }

    /** Nobody handles the task, so it fails; until then it has come the way of all tasks. */
    private static boolean play(Path folder) {
        boolean fine = run(folder, "submit", "--wait", LONGEST_WAIT) == ExitCode.TASK_FAILED.code();
        for (String line : List.of("status", "status --observe --json", "health", "tasks", "workers"))
            fine &= run(folder, line.split(" ")) == ExitCode.OK.code();
        return fine;
    }

    private static int run(Path folder, String... line) {
        List<String> whole = new ArrayList<>(List.of(line));
        whole.addAll(List.of("--app", APP, "--apps-path", "apps", "--share", "share"));
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Shell shell = new Shell(
                    InputStream.nullInputStream(),
                    nowhere,
                    System.err,
                    Terminal.none(),
                    Map.of("MILLRACE_DAEMON", "off"),
                    folder,
                    folder,
                    Interruption.ofProcess());
            return new Millrace(shell).run(whole);
        }
    }
}
