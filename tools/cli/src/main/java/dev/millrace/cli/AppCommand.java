package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.settings.AppEnv;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** A command about one app's service. */
abstract class AppCommand extends BaseCommand {
    @Mixin
    AppOptions app = new AppOptions();

    private Optional<AppEnv> found = Optional.empty();

    AppCommand(Shell shell) {
        super(shell);
    }

    /** The work, with the service open. */
    abstract Answer answer(Service service) throws Exception;

    @Override
    Answer answer() throws Exception {
        found = Optional.of(app.env(shell));
        try (Service service = routed(open(found.get()))) {
            return answer(service);
        }
    }

    /** Through the daemon when one answers; what comes of it is the same. */
    private Service routed(Service local) throws Exception {
        Optional<Route> route = Route.to(local.env(), shell, this::remark);
        remark(
                route.isPresent()
                        ? "a daemon answers; changes are made through it"
                        : "no daemon answers; changes are made in the directory");
        return route.isPresent() ? new RoutedService(local, route.get()) : local;
    }

    private void remark(String what) {
        if (output.verbose.length > 0) shell.err().println("millrace: " + what);
    }

    Service open(AppEnv env) {
        return Service.open(env);
    }

    @Override
    final String where() {
        return app.where(found);
    }
}
