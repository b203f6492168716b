package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlLimits;
import dev.millrace.control.ControlOptions;
import dev.millrace.control.ProcessUse;
import dev.millrace.control.ResourceProbe;
import dev.millrace.control.Resources;
import dev.millrace.control.ServiceControl;
import dev.millrace.json.Json;
import dev.millrace.launch.InProcessLauncher;
import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.rpc.Patience;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.server.RpcLimits;
import dev.millrace.rpc.server.RpcLoad;
import dev.millrace.rpc.server.RpcPorts;
import dev.millrace.rpc.server.RpcServer;
import dev.millrace.rpc.server.RpcServerOptions;
import dev.millrace.rpc.server.SocketSettings;
import dev.millrace.rpc.server.Stranger;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.ServeOptions;
import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An app, its workers as threads of the test, and a daemon's methods on a real socket. The daemon can be ended and begun
 * again while the workers go on, as they do when they are processes.
 */
final class ControlWorld implements AutoCloseable {
    static final String APP = "app";

    final Path folder;
    final List<String> ran = new CopyOnWriteArrayList<>();
    final List<ProcessHandle> children = new CopyOnWriteArrayList<>();
    final Set<String> broken = ConcurrentHashMap.newKeySet();
    final Set<String> held = ConcurrentHashMap.newKeySet();
    volatile double memoryMb = 100;
    volatile int processes = 1;
    volatile int requests = 50;
    final List<ProcessUse> uses = new CopyOnWriteArrayList<>();
    final AtomicInteger asksForPid = new AtomicInteger();

    private final InProcessLauncher launcher =
            new InProcessLauncher(record -> HandlerRegistry.of(Stream.of("work", "rated", "frail", "brief", "flappy")
                    .collect(Collectors.<String, String, TaskHandler>toMap(kind -> kind, kind -> this::work))));
    private final Service workers;
    private ServiceControl control;
    private ControlMethods methods;
    private RpcServer server;
    private Thread ticker;
    private volatile boolean ends;
    private int id;

    private ControlWorld(Path folder) throws Exception {
        this.folder = folder.toRealPath();
        Path app = Files.createDirectories(this.folder.resolve("apps").resolve(APP));
        Files.writeString(app.resolve("app_settings.toml"), """
                [service]
                launcher = "in-process"
                slots = 4
                poll_interval = 0.1
                [service.kinds.rated]
                rate = "2/60s"
                [service.kinds.frail]
                circuit_breaker = { failures = 5, probe_after = 600, probe_cap = 600 }
                [service.kinds.brief]
                rate = "1/s"
                [service.kinds.flappy]
                circuit_breaker = { failures = 5, probe_after = 0.3, probe_cap = 1 }
                """);
        workers = Service.open(
                AppEnv.find(this.folder.resolve("apps"), APP, environment()),
                ServicePorts.system().withLaunchers(List.of(launcher)));
        workers.serve(Action.START, ServeOptions.defaults());
        begin();
    }

    static ControlWorld in(Path folder) throws Exception {
        return new ControlWorld(folder);
    }

    private AppEnv.Environment environment() {
        return new AppEnv.Environment(Map.of(), folder.resolve("home"), Optional.of(folder.resolve("share")));
    }

    private Object work(TaskContext task) throws Exception {
        String step = task.id().substring(task.id().lastIndexOf('.') + 1);
        ran.add(step);
        while (held.contains(step)) {
            if (Thread.interrupted()) throw new InterruptedException("told to stop");
            LockSupport.parkNanos(2_000_000);
        }
        if (step.equals("child")) return child();
        if (step.equals("half")) task.progress(0.5, "half of it");
        if (step.equals("odd")) return Map.of("exit_code", "none");
        if (step.equals("bomb")) throw new StackOverflowError("a handler that never ends");
        if (broken.contains(step)) {
            task.logger().warn("cannot reach it");
            throw new IOException("no connection to host " + ran.size());
        }
        return Map.of("step", step, "exit_code", 0);
    }

    /** Whoever is interrupted ends what it has started. */
    private Object child() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        children.add(process.toHandle());
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A daemon begins. */
    void begin() throws Exception {
        ends = false;
        ResourceProbe probe = pids ->
                new Resources(memoryMb, 60, processes, 16_000, 8_000, List.of(0.5, 0.4, 0.3), 1, List.copyOf(uses));
        Optional<Path> file = Optional.of(folder.resolve("daemon.toml")).filter(Files::exists);
        ControlLimits limits =
                file.map(ControlLimits::read).orElse(ControlLimits.defaults()).withMonitorInterval(0.1);
        control = ServiceControl.open(
                new ControlOptions(folder.resolve("apps"), environment(), limits, file),
                ServicePorts.system().withLaunchers(List.of()),
                probe);
        methods = ControlMethods.of(control, new Host());
        RpcServerOptions options = RpcServerOptions.at(socket())
                .withGrace(Duration.ofSeconds(1))
                .withLimits(RpcLimits.defaults().withRequests(requests, 450));
        server = RpcServer.open(options, methods.handlers(), RpcPorts.system());
        ticker = new Thread(this::tick, "ticker");
        ticker.start();
    }

    private final class Host implements DaemonHost {
        @Override
        public long pid() {
            asksForPid.incrementAndGet();
            return ProcessHandle.current().pid();
        }

        @Override
        public String version() {
            return "1.2.3";
        }

        @Override
        public ObjectNode settings() {
            ObjectNode json = Json.object().put("socket", socket().toString()).put("socket_mode", "0600");
            return json.setAll(SocketSettings.defaults().toJson());
        }

        @Override
        public RpcLoad load() {
            return server.load();
        }

        @Override
        public void shutdown(boolean graceful) {
            ends = true;
        }
    }

    /** Every file of jobs and tasks, with what is in it. */
    Map<String, String> tree() throws IOException {
        return QueueTree.of(folder.resolve("share/service/app/queue"));
    }

    private void tick() {
        try {
            while (!ends) {
                control.step();
                LockSupport.parkNanos(20_000_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The daemon goes without a word, as far as one in this process can. */
    void dies() throws Exception {
        ends = true;
        ticker.join();
        server.close();
        methods.close();
    }

    Path socket() {
        return folder.resolve("share/daemon/daemon.sock");
    }

    ServiceControl control() {
        return control;
    }

    Service service() {
        return workers;
    }

    /** A method itself, for callers that a test makes up. */
    RpcMethod method(String name) {
        return methods.handlers().stream()
                .filter(handler -> handler.name().equals(name))
                .map(RpcMethod.class::cast)
                .findFirst()
                .orElseThrow();
    }

    boolean ends() {
        return ends;
    }

    /** The whole reply to a call on a connection of its own. */
    JsonNode reply(String method, Object params) throws IOException {
        ObjectNode request =
                Json.object().put("jsonrpc", "2.0").put("method", method).put("id", ++id);
        request.set("params", Json.tree(params));
        try (Stranger stranger = Stranger.at(socket())) {
            return stranger.asks(new String(Json.bytes(request), StandardCharsets.US_ASCII));
        }
    }

    /** The result, which must be there; parameters and result have the forms that the table says. */
    JsonNode result(String method, Object params) throws IOException {
        JsonNode reply = reply(method, params);
        assertThat(reply.has("result")).as("%s: %s", method, reply).isTrue();
        Form form = Form.of(method);
        form.checkParams(Json.tree(params));
        form.check(reply.get("result"));
        return reply.get("result");
    }

    /** {@code data.reason} of the error, which must be there. */
    String reason(String method, Object params) throws IOException {
        JsonNode reply = reply(method, params);
        assertThat(reply.has("error")).as("%s: %s", method, reply).isTrue();
        return reply.get("error").path("data").path("reason").asText();
    }

    int code(String method, Object params) throws IOException {
        return reply(method, params).path("error").path("code").asInt();
    }

    /** A step is named, and what it waits for stands behind a colon. */
    static ArrayNode steps(String... steps) {
        ArrayNode tasks = Json.MAPPER.createArrayNode();
        for (String step : steps) {
            String[] parts = step.split(":");
            ObjectNode entry = tasks.addObject().put("name", parts[0]).put("kind", "work");
            if (parts.length > 1) entry.set("depends_on", Json.tree(List.of(parts[1].split(","))));
        }
        return tasks;
    }

    JsonNode submit(String job, String... steps) throws IOException {
        return result("job.submit", Map.of("job_id", job, "tasks", steps(steps)));
    }

    /** A second service, in which nothing runs. */
    void beginBeta() throws Exception {
        Path app = Files.createDirectories(folder.resolve("apps/beta"));
        Files.writeString(app.resolve("app_settings.toml"), "[service]\nslots = 1\n");
        control.service(Optional.of("beta")).service().queue().prepare();
    }

    void submitTo(String service, String job, String step) throws IOException {
        Map<String, Object> params = Map.of("service", service, "job_id", job, "tasks", steps(step));
        assertThat(result("job.submit", params).path("status").asText()).isEqualTo("accepted");
    }

    JsonNode status(String job) throws IOException {
        return result("job.status", Map.of("job_id", job));
    }

    JsonNode step(String job, String name) throws IOException {
        for (JsonNode step : status(job).path("steps"))
            if (step.path("name").asText().equals(name)) return step;
        throw new AssertionError("no step " + name);
    }

    void until(String job, String status) {
        await(() -> status(job), view -> view.path("status").asText().equals(status));
    }

    void until(String job, String status, int run) {
        await(
                () -> status(job),
                view -> view.path("run").asInt() == run
                        && view.path("status").asText().equals(status));
    }

    /** Until its end is written down. */
    void awaitEndOf(String job) {
        await(() -> status(job), view -> !view.path("completed_at").isNull());
    }

    void untilStep(String job, String step, String status) {
        await(() -> step(job, step), view -> view.path("status").asText().equals(status));
    }

    /** Not more than so many jobs run from now on. */
    void limitJobs(int jobs) {
        control.limit(control.limits().withMaxConcurrentJobs(jobs));
        await(() -> Json.tree(control.hosted().get(0).jobs().most()), most -> most.asInt() == jobs);
    }

    /** Submits a task that is no step of a job. */
    void submitTask(String kind, String task) throws IOException {
        result("service.submit", Map.of("task", Map.of("kind", kind, "task_id", task)));
    }

    void untilDone(String task) {
        await(
                () -> result("task.show", Map.of("id", task)),
                view -> view.path("state").asText().equals("done"));
    }

    Subscriber stream(String method, Map<String, ?> params) throws IOException {
        return Subscriber.to(socket(), method, params);
    }

    interface Ask {
        JsonNode ask() throws IOException;
    }

    static JsonNode await(Ask ask, Predicate<JsonNode> fits) {
        return Patience.await().pollInterval(Duration.ofMillis(20)).until(ask::ask, fits);
    }

    @Override
    public void close() throws Exception {
        held.clear();
        dies();
        control.close();
        launcher.close();
        workers.close();
    }
}
