package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What the demo runs on: an app that stands for the sample app, with three small files. */
final class DemoWorld {
    private DemoWorld() {}

    static Cli in(Path folder) throws IOException {
        Cli cli = Cli.in(folder);
        Path app = cli.app("mycode");
        Files.writeString(
                app.resolve("app_settings.toml"), "[cluster.workers]\n\"127.0.0.1\" = 2\n", StandardOpenOption.APPEND);
        Path data = Files.createDirectories(app.resolve("data"));
        for (int file = 1; file <= 3; file++)
            Files.writeString(data.resolve("numbers-" + file + ".csv"), "n\n1\n2\n".repeat(file));
        return cli;
    }

    static Path service(Cli cli) {
        return cli.share().resolve("service/mycode");
    }

    static RunningProgram demo(Cli cli, String... more) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("demo", "--share", cli.share().toString()));
        words.addAll(List.of(more));
        return RunningProgram.start(cli, words.toArray(new String[0]));
    }
}
