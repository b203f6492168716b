package dev.millrace.queue;

import dev.millrace.queue.Drafts.Draft;
import dev.millrace.task.BatchName;
import dev.millrace.task.TaskState;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Decides which new tasks share a file. Tasks of one kind and priority do when they are known to be so quick that a file
 * of their own costs more than a small part of their run time; as many as a worker runs in about a second, so that nobody
 * waits behind a slow batch. All others get a file of their own, and any worker can take the next one.
 */
final class SubmitFiles {
    private static final double SECONDS_OF_WORK = 1;

    /** Tasks that run longer gain nothing: a file of their own costs a fraction of a millisecond. */
    private static final double QUICK_SECONDS = 0.02;

    private static final int MOST_BYTES = 4 << 20;

    private final QueueLayout layout;
    private final QueueOptions options;
    private final Drafts drafts;
    private final KindRuntimes runtimes;

    SubmitFiles(QueueLayout layout, QueueOptions options, QueuePorts ports, Drafts drafts) {
        this.layout = layout;
        this.options = options;
        this.drafts = drafts;
        this.runtimes = new KindRuntimes(ports, layout.runtimes());
    }

    /** A file to be written. */
    static final class NewFile {
        private final Path draft;
        private final Path target;
        private final byte[] content;
        private final int tasks;

        private NewFile(Path folder, String name, byte[] content, int tasks) {
            this.draft = folder.resolve(".draft-" + name + ".tmp");
            this.target = folder.resolve(name);
            this.content = content;
            this.tasks = tasks;
        }

        Path draft() {
            return draft;
        }

        Path target() {
            return target;
        }

        byte[] content() {
            return content;
        }

        int tasks() {
            return tasks;
        }
    }

    /** The files, and for each task what its submitter is told. Who waits for others comes behind them. */
    record Plan(List<NewFile> files, List<Submission> submissions) {}

    private record Likes(String kind, int priority) {}

    Plan planned(List<Draft> all) {
        Submission[] told = new Submission[all.size()];
        List<NewFile> files = new ArrayList<>();
        List<Integer> waiting = new ArrayList<>();
        Map<Likes, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Draft draft = all.get(i);
            if (draft.depth() > 0) waiting.add(i);
            else if (draft.single() || draft.later() || all.size() == 1) files.add(single(draft, i, told));
            else
                groups.computeIfAbsent(new Likes(draft.kind(), draft.order().priority()), none -> new ArrayList<>())
                        .add(i);
        }
        groups.forEach((likes, members) -> addBatches(all, members, sizeFor(likes.kind()), files, told));
        waiting.sort(Comparator.comparing(at -> all.get(at).depth()));
        for (int at : waiting) files.add(single(all.get(at), at, told));
        return new Plan(files, Arrays.asList(told));
    }

    /** Tasks of a limited kind begin one by one, on whichever worker is free. */
    private int sizeFor(String kind) {
        if (!options.limits().of(kind).isUnlimited()) return 1;
        OptionalDouble mean = runtimes.of(kind);
        if (mean.isEmpty() || mean.getAsDouble() > QUICK_SECONDS) return 1;
        return (int) Math.min(options.batchLimit(), SECONDS_OF_WORK / Math.max(1e-9, mean.getAsDouble()));
    }

    private NewFile single(Draft draft, int at, Submission[] told) {
        String id = draft.id().isEmpty() ? drafts.newId() : draft.id();
        Path folder = layout.folder(draft.state());
        NewFile file = new NewFile(folder, draft.fileName(id), draft.json(id), 1);
        told[at] = new Submission(id, draft.order().stem(id), draft.state(), file.target());
        return file;
    }

    private void addBatches(List<Draft> all, List<Integer> members, int size, List<NewFile> files, Submission[] told) {
        for (int from = 0; from < members.size(); ) {
            List<Integer> rest = members.subList(from, Math.min(members.size(), from + size));
            from += rest.size() == 1 ? alone(all, rest.get(0), files, told) : addBatch(all, rest, files, told);
        }
    }

    private int alone(List<Draft> all, int at, List<NewFile> files, Submission[] told) {
        files.add(single(all.get(at), at, told));
        return 1;
    }

    /** Takes as many as one file should hold; returns their number. */
    private int addBatch(List<Draft> all, List<Integer> members, List<NewFile> files, Submission[] told) {
        String stem = all.get(members.get(0)).order().stem(drafts.newId());
        ByteArrayOutputStream lines = new ByteArrayOutputStream(512 * members.size());
        List<String> ids = new ArrayList<>();
        for (int at : members) {
            Draft draft = all.get(at);
            String id = draft.id().isEmpty() ? BatchName.partId(stem, ids.size()) : draft.id();
            byte[] json = draft.json(id);
            if (!ids.isEmpty() && lines.size() + json.length > MOST_BYTES) break;
            lines.writeBytes(json);
            lines.write('\n');
            ids.add(id);
        }
        Path folder = layout.folder(TaskState.PENDING);
        String name = BatchName.fresh(stem, ids.size()).fileName();
        NewFile file = new NewFile(folder, name, lines.toByteArray(), ids.size());
        files.add(file);
        for (int i = 0; i < ids.size(); i++)
            told[members.get(i)] =
                    new Submission(ids.get(i), BatchName.partStem(stem, i), TaskState.PENDING, file.target());
        return ids.size();
    }
}
