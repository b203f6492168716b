package dev.millrace.service;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A controller in a process of its own that carries out actions when it is told to, prints what came of each, and can be
 * made to stand still in the middle of one, at a file that it is about to write or has just written.
 */
final class Actor implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private Actor(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts one.
     *
     * @param actions words of actions, each separated by a comma
     * @param stand where it stands still, for example {@code after rename service_record.json 1}; empty for nowhere
     */
    static Actor in(Path home, String actions, String stand) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Actor.class.getName(),
                        home.toString(),
                        actions,
                        stand)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Actor(process).awaiting("ready");
    }

    private Actor awaiting(String line) throws IOException {
        String read = line();
        if (!read.equals(line)) throw new IOException("the actor said '" + read + "', not '" + line + "'");
        return this;
    }

    /** What it says next. */
    String line() throws IOException {
        return Optional.ofNullable(lines.readLine()).orElseThrow(() -> new IOException("the actor has ended"));
    }

    Actor go() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return this;
    }

    long pid() {
        return process.pid();
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    // ------------------------------------------------------------------ inside

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        AppEnv.Environment environment = new AppEnv.Environment(Map.of(), home, Optional.of(home.resolve("share")));
        AppEnv env = AppEnv.find(home.resolve("apps"), "testapp", environment);
        ServicePorts ports = args[2].isEmpty()
                ? ServicePorts.system()
                : ServicePorts.system().withDisk(standing(args[2].split(" ")));
        try (Service service = Service.open(env, ports)) {
            System.out.println("ready");
            if (System.in.read() < 0) return;
            for (String action : args[1].split(",")) System.out.println(answer(service, Action.of(action)));
            System.out.println("done");
            while (Files.isDirectory(home)) LockSupport.parkNanos(50_000_000);
        }
    }

    /** The action, and its status or the refusal, on one line. */
    static String answer(Service service, Action action) throws Exception {
        ServeOptions options = action == Action.START ? TestApp.workers(2) : ServeOptions.defaults();
        try {
            ServeReport report = service.serve(action, options);
            return action.word() + " " + report.status();
        } catch (ServiceException e) {
            return action.word() + " refused " + e.getClass().getSimpleName() + ": "
                    + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private static Disk standing(String[] stand) {
        int[] left = {Integer.parseInt(stand[3])};
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    boolean here = method.getName().equals(stand[1])
                            && String.valueOf(arguments[arguments.length - 1]).endsWith(stand[2])
                            && --left[0] == 0;
                    if (here && stand[0].equals("before")) standStill();
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(Disk.local(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (here) standStill();
                    }
                });
    }

    private static void standStill() {
        System.out.println("stands");
        while (true) LockSupport.park();
    }
}
