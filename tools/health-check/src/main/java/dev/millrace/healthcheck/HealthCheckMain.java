package dev.millrace.healthcheck;

import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where the command starts. */
final class HealthCheckMain {
    private HealthCheckMain() {}

    public static void main(String[] args) {
        // Standard error is one line that scripts read; a logging library must not add its own about being unused.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        System.exit(new HealthCheck(GateSettings.ofApp(), service(), out, err).run(List.of(args)));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    private static HealthSource service() {
        return request -> {
            try (Service service = Service.open(request.env())) {
                return service.health(optionsOf(request));
            }
        };
    }

    private static ServeOptions optionsOf(Request request) {
        ServeOptions options = ServeOptions.defaults().withObserve(request.observe());
        return request.healthOutputPath().map(options::withHealthOutputPath).orElse(options);
    }
}
