package dev.millrace.bench;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Workers outlive whoever started them. When a run's process died before it could stop its own, this does. */
interface Orphans {

    /** Stops the service in a run's folder, if there is one. */
    static void end(Path folder) throws IOException, InterruptedException {
        if (!Files.exists(Rig.settingsFile(folder))) return;
        try (Service service = Service.open(Rig.env(folder))) {
            service.serve(Action.STOP, ServeOptions.defaults().withForce(true));
        }
    }
}
