package dev.millrace.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.health.GateThresholds;
import dev.millrace.health.HealthReport;
import dev.millrace.health.OperatorSnapshot;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.RetentionReport;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskView;
import dev.millrace.recurring.RecurringTasks;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.AppSettings;
import dev.millrace.settings.ServeOptions;
import dev.millrace.settings.ServiceSettings;
import dev.millrace.task.BatchName;
import dev.millrace.task.Task;
import dev.millrace.task.TaskId;
import dev.millrace.task.TaskOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** {@link Service} whose whole truth lies in its directory; this object only remembers that it started one. */
final class DirectoryService implements Service {
    private final AppEnv env;
    private final ServicePorts ports;
    private final ServiceFiles files;
    private final AppSettings app;
    private final Serving serving;

    DirectoryService(AppEnv env, ServicePorts ports) {
        this.env = env;
        this.ports = ports;
        this.files = new ServiceFiles(ports.disk(), env.serviceFolder());
        this.app = env.settingsFile().map(AppSettings::read).orElse(AppSettings.defaults());
        this.serving = new Serving(env, ports, files, app);
    }

    @Override
    public AppEnv env() {
        return env;
    }

    @Override
    public ServeReport serve(Action action, ServeOptions options) throws IOException, InterruptedException {
        return serving.serve(action, options, () -> false);
    }

    @Override
    public ServeReport stop(ServeOptions options, BooleanSupplier givenUp) throws IOException, InterruptedException {
        return serving.serve(Action.STOP, options, givenUp);
    }

    @Override
    public HealthReport health(ServeOptions options) throws IOException, InterruptedException {
        ServeReport report = serve(Action.HEALTH, options);
        HealthReport health = report.health()
                .orElseThrow(
                        () -> new ServiceException("the service gave no health; its status is " + report.status()));
        return report.healthPath().map(path -> health.withPath(path.toString())).orElse(health);
    }

    @Override
    public GateThresholds thresholds() {
        return app.gate();
    }

    @Override
    public TaskReceipt submit(Task task) throws IOException {
        return submitAll(List.of(task)).get(0);
    }

    @Override
    public List<TaskReceipt> submitAll(List<Task> tasks) throws IOException {
        requireHeld();
        TaskQueue queue = queue();
        List<TaskReceipt> receipts = new ArrayList<>();
        for (Submission submission : queue.submitAll(tasks)) receipts.add(receipt(submission, queue));
        return receipts;
    }

    @Override
    public TaskReceipt submitGroup(TaskGroup group) throws IOException {
        requireHeld();
        TaskQueue queue = queue();
        return receipt(queue.submitGroup(group).callback(), queue);
    }

    private TaskReceipt receipt(Submission submission, TaskQueue queue) {
        return new DirectoryReceipt(
                submission.id(), submission.stem(), submission.fate(), queue, ports.disk(), ports.time());
    }

    private ServiceRecord requireHeld() throws IOException {
        Optional<ServiceRecord> record = serving.record();
        if (record.filter(ServiceRecord::takesWork).isEmpty())
            throw new ServiceException.NotRunning("the service of " + env.target()
                    + " is not running; start it first: millrace start --app " + env.target());
        return record.orElseThrow();
    }

    @Override
    public SubmitReport submitPlan(PlanSubmission plan) throws IOException {
        ServiceRecord record = requireHeld();
        String id = plan.taskId()
                .filter(text -> !text.isEmpty())
                .orElseGet(() -> TaskId.random(ports.random()).value());
        ObjectNode args = plan.args().orElseGet(() -> record.settings().tasks().args());
        List<Task> tasks = new PlanTasks(plan, id, args).forWorkers(record.workers());
        List<Submission> queued = queue().submitAll(tasks);
        return new SubmitReport(
                id, plan.taskName(), record.workerNames(), queued, record.queueDir(), RetentionReport.none());
    }

    @Override
    public TaskReceipt receipt(String stem) {
        try {
            TaskQueue queue = queue();
            String id = idIn(stem, queue);
            return new DirectoryReceipt(id, stem, Submission.Fate.ADDED, queue, ports.disk(), ports.time());
        } catch (IOException e) {
            throw new ServiceException("cannot reach the queue of " + env.target(), e);
        }
    }

    /** A stranger's name may be spelled as that of a task in a batch. */
    private static String idIn(String stem, TaskQueue queue) throws IOException {
        boolean tells = TaskOrder.isOurs(stem) || BatchName.partOf(stem).isEmpty();
        Optional<TaskView> found = tells ? Optional.empty() : queue.locate(stem);
        return found.map(TaskView::id).orElseGet(() -> BatchName.idOf(stem));
    }

    @Override
    public TaskQueue queue() throws IOException {
        return serving.queue();
    }

    @Override
    public RecurringTasks recurring() throws IOException {
        ServiceSettings settings =
                files.readRecord().map(ServiceRecord::settings).orElseGet(app::service);
        return RecurringTasks.in(queue(), settings.recurring(), ports.queuePorts(), this::requireHeld);
    }

    @Override
    public Explanation why(String taskOrKind) throws IOException, InterruptedException {
        return new Explainer(env, ports, files.readRecord(), app.service()).why(taskOrKind);
    }

    @Override
    public List<String> drain(List<String> workers, boolean resume) throws IOException {
        WorkerOrders.Order order = resume ? WorkerOrders.Order.RUN : WorkerOrders.Order.DRAIN;
        return order(workers, (layout, worker) -> WorkerOrders.give(ports.disk(), layout, worker, order));
    }

    @Override
    public List<String> drainWithin(List<String> workers, Duration deadline) throws IOException {
        return order(workers, (layout, worker) -> WorkerOrders.drainWithin(ports.disk(), layout, worker, deadline));
    }

    private interface Giving {
        void give(QueueLayout layout, String worker) throws IOException;
    }

    private List<String> order(List<String> workers, Giving giving) throws IOException {
        ServiceRecord record = requireHeld();
        List<String> chosen = workers.isEmpty() ? record.workerNames() : workers;
        for (String worker : chosen)
            if (!record.workerNames().contains(worker))
                throw new ServiceException("no worker '" + worker + "'; the service's workers are "
                        + String.join(", ", record.workerNames()));
        for (String worker : chosen) giving.give(new QueueLayout(record.queueDir()), worker);
        return chosen;
    }

    @Override
    public Path exportSnapshot(ServeOptions options) throws IOException, InterruptedException {
        HealthReport report = health(options);
        LocalDateTime now = LocalDateTime.ofInstant(ports.time().instant(), ZoneId.systemDefault());
        new OperatorSnapshot(now, report, thresholds()).write(ports.disk(), env.operatorSnapshotFile());
        return env.operatorSnapshotFile();
    }

    /** In-process workers end with their threads' owner; everything else lies on disk. */
    @Override
    public void close() {
        for (WorkerLauncher launcher : ports.launchers())
            if (launcher instanceof AutoCloseable closeable) closeQuietly(closeable);
    }

    private void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            ports.events().accept(new dev.millrace.event.Event.Trouble("closing " + closeable, e));
        }
    }
}
