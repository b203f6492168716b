package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link TaskQueue} in a directory; the package documentation tells how and why. */
final class DirectoryQueue implements TaskQueue {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final QueuePorts ports;
    private final Payloads payloads;
    private final Submitter submitter;
    private final QueueLook look;
    private final QueueControl control;
    private final AsideTasks aside;
    private final AttemptRecords attempts;

    DirectoryQueue(QueueLayout layout, QueueOptions options, QueuePorts ports, PayloadLimits limits) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.payloads = new Payloads(layout, ports, limits, options.durability());
        this.submitter = new Submitter(layout, options, ports, payloads);
        this.look = new QueueLook(layout, ports);
        this.control = new DirectoryControl(layout, options, ports, look, payloads);
        this.aside = new AsideTasks(layout, options, ports, payloads);
        this.attempts = new AttemptRecords(ports.disk(), layout.attempts());
    }

    @Override
    public QueueLayout layout() {
        return layout;
    }

    @Override
    public QueueOptions options() {
        return options;
    }

    @Override
    public void prepare() throws IOException {
        new QueueFolders(layout, options, ports).prepare();
    }

    @Override
    public Submission submit(Task task) throws IOException {
        return submitter.submit(task);
    }

    @Override
    public List<Submission> submitAll(List<Task> tasks) throws IOException {
        return submitter.submitAll(tasks);
    }

    @Override
    public GroupSubmission submitGroup(TaskGroup group) throws IOException {
        return submitter.submitGroup(group);
    }

    @Override
    public SetAside setAside(Task task, Path folder) throws IOException {
        return aside.write(task, folder);
    }

    @Override
    public boolean admit(Path file) throws IOException {
        return aside.admit(file);
    }

    @Override
    public WorkerQueue join(Member member) {
        return new DirectoryWorkerQueue(layout, options, ports, member, payloads);
    }

    @Override
    public QueueControl control() {
        return control;
    }

    @Override
    public QueueCounts counts() throws IOException {
        return look.counts();
    }

    @Override
    public QueueAges ages() throws IOException {
        return look.ages();
    }

    @Override
    public List<TaskView> list(TaskFilter filter) throws IOException {
        return look.list(filter);
    }

    @Override
    public List<TaskView> ofJobs(Set<String> jobs, Set<TaskState> states) throws IOException {
        return look.ofJobs(jobs, states);
    }

    @Override
    public List<TaskView> find(String id) throws IOException {
        return look.find(id);
    }

    @Override
    public Optional<TaskView> locate(String stem) throws IOException {
        return look.locate(stem);
    }

    @Override
    public Dependencies dependencies(TaskRecord task) {
        TaskView view = task.view();
        boolean waits = view.state() == TaskState.BLOCKED;
        return new DependencyLook(
                layout, ports, payloads, view.stem(), task.document().orElseGet(Json::object), waits);
    }

    @Override
    public List<JsonNode> attempts(TaskRecord task) {
        List<JsonNode> told = new ArrayList<>();
        task.value("attempts").forEach(told::add);
        return told.isEmpty() ? attempts.of(task.view().stem()) : told;
    }

    @Override
    public Optional<TaskRecord> read(TaskView view) throws IOException {
        return look.read(view).map(payloads::shown);
    }
}
