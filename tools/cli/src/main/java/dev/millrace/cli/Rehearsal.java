package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.Launcher;
import dev.millrace.settings.ServeOptions;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        Files.writeString(
                app.resolve("app_settings.toml"),
                "[service]\ndefault_kind = \"nothing\"\n[service.handlers]\nnothing = \"" + Nothing.class.getName()
                        + "\"\n[cluster.service_health]\nallow_idle = false\n");
        Optional<Path> share = Optional.of(folder.resolve("share"));
        AppEnv env = AppEnv.find(folder.resolve("apps"), APP, new AppEnv.Environment(Map.of(), folder, share));
        try (Service service = Service.open(env)) {
            service.serve(Action.START, ServeOptions.defaults().withLauncher(Launcher.IN_PROCESS));
            boolean fine = play(folder);
            service.serve(Action.STOP, ServeOptions.defaults());
            return fine;
        }
    }

    private static boolean play(Path folder) throws IOException {
        boolean fine = true;
        for (List<String> line : List.of(
                List.of("submit", "--wait", LONGEST_WAIT),
                List.of("status"),
                List.of("status", "--observe", "--json"),
                List.of("health"),
                List.of("tasks"),
                List.of("workers"))) fine &= runs(folder, line);
        return fine;
    }

    private static boolean runs(Path folder, List<String> line) throws IOException {
        List<String> whole = new ArrayList<>(line);
        whole.addAll(List.of("--app", APP, "--apps-path", "apps", "--share", "share"));
        try (PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8.name())) {
            Shell shell = new Shell(
                    InputStream.nullInputStream(),
                    nowhere,
                    System.err,
                    Terminal.none(),
                    Map.of("MILLRACE_DAEMON", "off"),
                    folder,
                    folder,
                    Interruption.ofProcess());
            return new Millrace(shell).run(whole) == ExitCode.OK.code();
        }
    }

    /** Its only kind of task. */
    public static final class Nothing implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            task.progress(1.0, "nothing to do");
            return Map.of("took", Duration.ZERO.toMillis());
        }
    }
}
