package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.queue.Dependencies;
import dev.millrace.queue.GroupSubmission;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueControl;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueueLayout;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.SetAside;
import dev.millrace.queue.Submission;
import dev.millrace.queue.TaskFilter;
import dev.millrace.queue.TaskGroup;
import dev.millrace.queue.TaskQueue;
import dev.millrace.queue.TaskRecord;
import dev.millrace.queue.TaskView;
import dev.millrace.queue.WorkerQueue;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queue of the directory, but for what operators ask.
 *
 * @param local the directory
 * @param route the daemon
 */
record RoutedQueue(TaskQueue local, Route route) implements TaskQueue {
    @Override
    public QueueControl control() {
        return new RoutedControl(local.control(), route);
    }

    @Override
    public QueueLayout layout() {
        return local.layout();
    }

    @Override
    public QueueOptions options() {
        return local.options();
    }

    @Override
    public void prepare() throws IOException {
        local.prepare();
    }

    @Override
    public Submission submit(Task task) throws IOException {
        return local.submit(task);
    }

    @Override
    public List<Submission> submitAll(List<Task> tasks) throws IOException {
        return local.submitAll(tasks);
    }

    @Override
    public GroupSubmission submitGroup(TaskGroup group) throws IOException {
        return local.submitGroup(group);
    }

    @Override
    public SetAside setAside(Task task, Path folder) throws IOException {
        return local.setAside(task, folder);
    }

    @Override
    public boolean admit(Path file) throws IOException {
        return local.admit(file);
    }

    @Override
    public WorkerQueue join(Member member) {
        return local.join(member);
    }

    @Override
    public QueueCounts counts() throws IOException {
        return local.counts();
    }

    @Override
    public QueueAges ages() throws IOException {
        return local.ages();
    }

    @Override
    public List<TaskView> list(TaskFilter filter) throws IOException {
        return local.list(filter);
    }

    @Override
    public List<TaskView> ofJobs(Set<String> jobs, Set<TaskState> states) throws IOException {
        return local.ofJobs(jobs, states);
    }

    @Override
    public List<TaskView> find(String id) throws IOException {
        return local.find(id);
    }

    @Override
    public Optional<TaskView> locate(String stem) throws IOException {
        return local.locate(stem);
    }

    @Override
    public Dependencies dependencies(TaskRecord task) {
        return local.dependencies(task);
    }

    @Override
    public List<JsonNode> attempts(TaskRecord task) {
        return local.attempts(task);
    }

    @Override
    public Optional<TaskRecord> read(TaskView view) throws IOException {
        return local.read(view);
    }
}
