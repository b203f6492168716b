package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.queue.Drafts.Draft;
import dev.millrace.queue.SubmitFiles.NewFile;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.storage.Durability;
import dev.millrace.task.BatchName;
import dev.millrace.task.InvalidTaskException;
import dev.millrace.task.Task;
import dev.millrace.task.TaskName;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Writes a group whole or not at all: its files are written into a folder of their own, where nobody looks for tasks. The
 * list of its tasks, one rename, is the submit. Then the files are moved into the queue, by us or, if we die, by the
 * steward: see {@link StagedGroups}.
 */
final class GroupSubmit {
    private final QueueLayout layout;
    private final QueueOptions options;
    private final Disk disk;
    private final Drafts drafts;
    private final DependencyPlan dependencies;
    private final SubmitFiles files;
    private final WaitFiles waits;
    private final StagedGroups staged;

    GroupSubmit(
            QueueLayout layout,
            QueueOptions options,
            QueuePorts ports,
            Drafts drafts,
            DependencyPlan dependencies,
            SubmitFiles files) {
        this.layout = layout;
        this.options = options;
        this.disk = ports.disk();
        this.drafts = drafts;
        this.dependencies = dependencies;
        this.files = files;
        this.waits = new WaitFiles(disk, layout.waits());
        this.staged = new StagedGroups(layout, options, ports);
    }

    GroupSubmission submit(TaskGroup group) throws IOException {
        SubmitFiles.Plan plan = files.planned(dependencies.drafted(members(group)));
        DependencyPlan.requireNothingOfOurs(group.callback());
        Draft callback = drafts.drafted(callback(group)).alone(1);
        String id = callback.id().isEmpty() ? drafts.newId() : callback.id();
        String stem = callback.order().stem(id);
        write(group, plan, stem, callback.fileName(id), callback.json(id));
        Path file = layout.folder(TaskState.BLOCKED).resolve(callback.fileName(id));
        return new GroupSubmission(plan.submissions(), new Submission(id, stem, TaskState.BLOCKED, file));
    }

    private static List<Task> members(TaskGroup group) {
        List<Task> members = new ArrayList<>();
        for (Task task : group.tasks()) {
            if (task.keys().hasNonNull("unique_key"))
                throw new InvalidTaskException(
                        "unique_key",
                        task.keys().get("unique_key").toString(),
                        "cannot stand in a task of a group, which is submitted whole or not at all");
            members.add(task.with("group", group.name()));
        }
        return members;
    }

    private static Task callback(TaskGroup group) {
        ObjectNode of = Json.object();
        of.put("group", group.name());
        of.put("tasks", group.tasks().size());
        return group.callback().with("group", group.name()).with(Drafts.CALLBACK_OF, of);
    }

    private void write(TaskGroup group, SubmitFiles.Plan plan, String stem, String callbackName, byte[] callback)
            throws IOException {
        Path folder = layout.groups().resolve(stem);
        try {
            disk.createFolders(folder);
        } catch (IOException e) {
            throw refused(group, folder, stem, e);
        }
        try (DiskLock mine = staged.lock(folder).orElseThrow(() -> heldByAnother(folder))) {
            for (NewFile file : plan.files())
                disk.create(staged(folder, file.target()), file.content(), options.durability());
            Path target = layout.folder(TaskState.BLOCKED).resolve(callbackName);
            disk.create(staged(folder, target), callback, options.durability());
            if (options.durability() == Durability.FSYNC) disk.forceFolder(folder);
            waits.write(stem, WaitFiles.MEMBERS, awaited(plan), options.durability());
        } catch (IOException e) {
            throw refused(group, folder, stem, e);
        }
        admit(group, folder);
    }

    /** By a steward that took it for one which nobody submits any more. */
    private static FileSystemException heldByAnother(Path folder) {
        return new FileSystemException(folder.toString(), null, "somebody else holds it");
    }

    private static Path staged(Path folder, Path target) {
        return folder.resolve(Disk.parentOf(target).getFileName() + "." + target.getFileName());
    }

    private static List<Awaited> awaited(SubmitFiles.Plan plan) {
        List<Awaited> awaited = new ArrayList<>();
        for (NewFile file : plan.files()) {
            String name = String.valueOf(file.target().getFileName());
            if (BatchName.isBatchFile(name))
                awaited.add(new Awaited(BatchName.parse(name).stem(), file.tasks()));
            else
                awaited.add(Awaited.task(
                        TaskName.parse(Promotion.taskFileName(name)).stem()));
        }
        return awaited;
    }

    /** When the list was written although that failed, the group is submitted. */
    private SubmitException refused(TaskGroup group, Path folder, String stem, IOException e) throws IOException {
        if (disk.exists(layout.waits().resolve(stem + WaitFiles.MEMBERS)))
            return new SubmitException(
                    "group " + group.name() + " was written and will run, but nobody knows whether it would survive a"
                            + " power cut now (" + e
                            + "); look for it with 'millrace tasks' before you submit it again",
                    e);
        staged.discard(folder);
        return new SubmitException(
                "group " + group.name() + " was not submitted, and none of its tasks: cannot write " + folder + " (" + e
                        + "). Is the service started, and the disk neither full nor read-only?",
                e);
    }

    private void admit(TaskGroup group, Path folder) throws SubmitException {
        try {
            staged.admit(folder, EnumSet.of(TaskState.BLOCKED, TaskState.PENDING, TaskState.SCHEDULED));
        } catch (IOException e) {
            throw new SubmitException(
                    "group " + group.name()
                            + " is submitted, but not all of its tasks could be moved into the queue now (" + e
                            + "); the steward does it as soon as the disk lets it. Do not submit it again",
                    e);
        }
    }
}
