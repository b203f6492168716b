package dev.millrace.service;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.AppEnv;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A controller in a process of its own that starts the service and then lives until it is killed. */
final class Controller {
    private Controller() {}

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        AppEnv.Environment environment = new AppEnv.Environment(Map.of(), home, Optional.of(home.resolve("share")));
        try (Service service = Service.open(AppEnv.find(home.resolve("apps"), "testapp", environment))) {
            System.out.println(service.serve(Action.START, TestApp.workers(2)).status());
            while (true) LockSupport.park();
        }
    }
}
