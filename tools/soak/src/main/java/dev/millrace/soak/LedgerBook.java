package dev.millrace.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all processes of a run wrote down, read at the end. */
final class LedgerBook {
    private final Set<String> submitted = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, List<Run>> runs = new HashMap<>();
    private final Map<String, Run> byName = new HashMap<>();
    private final List<Strike> strikes = new ArrayList<>();
    private final List<String> quarantined = new ArrayList<>();
    private long fenced;

    private LedgerBook() {}

    /** One run of a task; {@code process} as in {@link RunFolder#nameOf}. */
    static final class Run {
        final String id;
        final String process;
        final long beganMicros;
        boolean ended;
        boolean failed;

        private Run(String id, String process, long beganMicros) {
            this.id = id;
            this.process = process;
            this.beganMicros = beganMicros;
        }
    }

    /** What the soak did; {@code sort} is the word of a {@link Strikes.Sort}. */
    record Strike(String sort, String subject, long micros) {}

    static LedgerBook read(Path folder) throws IOException {
        LedgerBook book = new LedgerBook();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) book.readFile(file);
        }
        Comparator<Run> byTime = Comparator.comparingLong(run -> run.beganMicros);
        book.runs.values().forEach(list -> list.sort(byTime));
        return book;
    }

    /** The last line of a process that was killed may be cut short; such a line was not yet relied upon. */
    private void readFile(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        text.substring(0, end).lines().forEach(line -> take(line.split("\t", -1)));
    }

    private void take(String[] fields) {
        String subject = fields[1];
        switch (fields[0]) {
            case Ledger.SUBMITS -> submitted.add(subject);
            case Ledger.ACKNOWLEDGED -> acknowledged.add(subject);
            case Ledger.BEGINS -> begins(subject, Long.parseLong(fields[2]), fields[3]);
            case Ledger.ENDS -> begun(fields[3]).ended = true;
            case Ledger.FAILS -> begun(fields[3]).failed = true;
            case Ledger.FENCED -> fenced++;
            case Ledger.QUARANTINED -> quarantined.add(subject + ": " + fields[3]);
            case Ledger.STRUCK -> strikes.add(new Strike(fields[3], subject, Long.parseLong(fields[2])));
            default -> throw new IllegalStateException("the ledger has a line '" + fields[0] + "'");
        }
    }

    private void begins(String id, long micros, String name) {
        Run run = new Run(id, name.substring(0, name.indexOf('/')), micros);
        runs.computeIfAbsent(id, none -> new ArrayList<>(1)).add(run);
        byName.put(name, run);
    }

    private Run begun(String name) {
        Run run = byName.get(name);
        if (run == null) throw new IllegalStateException("the ledger has the end of " + name + ", and not its begin");
        return run;
    }

    Set<String> submitted() {
        return submitted;
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    /** By the ids of the tasks, the oldest first. */
    Map<String, List<Run>> runs() {
        return runs;
    }

    /** True when a handler wrote down that this run of this task came to its end. */
    boolean hasEnded(String id, String name) {
        Run run = byName.get(name);
        return run != null && run.id.equals(id) && run.ended;
    }

    List<Strike> strikes() {
        return strikes;
    }

    List<String> quarantined() {
        return quarantined;
    }

    long fenced() {
        return fenced;
    }
}
