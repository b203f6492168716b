package dev.millrace.soak;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Existence;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The processes of a run as they come and go, and how much they have written down so far. */
final class Crew {
    private static final Duration IDLE = Duration.ofSeconds(3);

    private final RunFolder run;
    private final Processes processes;
    private final Time time;
    private final Map<String, Hand> hands = new HashMap<>();
    private long acknowledged;
    private long begun;

    Crew(RunFolder run, Processes processes, Time time) {
        this.run = run;
        this.processes = processes;
        this.time = time;
    }

    /** One live process. */
    static final class Hand {
        final ProcessIdentity process;
        final boolean submits;
        final Path ledger;
        private final long met;
        private long read;
        private boolean struck;

        private Hand(ProcessIdentity process, boolean submits, Path ledger, long met) {
            this.process = process;
            this.submits = submits;
            this.ledger = ledger;
            this.met = met;
        }

        String name() {
            return RunFolder.nameOf(process);
        }

        /** It was killed, and is no more to be reckoned with: the machine may take a moment to clear it away. */
        void struck() {
            struck = true;
        }

        /** It has done something, or has been there for long enough to be idle. */
        boolean isRipe(long now) {
            return read > 0 || now - met > IDLE.toNanos();
        }
    }

    /** Sees who has come, who has gone, and what was written down. */
    void look() throws IOException {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(run.processes())) {
            for (Path file : names) hands.computeIfAbsent(String.valueOf(file.getFileName()), this::met);
        }
        for (Hand hand : List.copyOf(hands.values())) {
            boolean gone = processes.look(hand.process) == Existence.GONE;
            tail(hand);
            if (gone) forget(hand);
        }
    }

    private Hand met(String name) {
        boolean submits = Files.exists(run.ledger().resolve("submits-" + name));
        Path ledger = run.ledger().resolve((submits ? "submits-" : "runs-") + name);
        return new Hand(RunFolder.processOf(name, processes.self()), submits, ledger, time.nanos());
    }

    /** The same, looked at anew: by now it may have said what it is. */
    private Hand again(Hand hand) {
        Hand anew = met(hand.name());
        return new Hand(anew.process, anew.submits, anew.ledger, hand.met);
    }

    private void forget(Hand hand) throws IOException {
        hands.remove(hand.name());
        Files.deleteIfExists(run.processes().resolve(hand.name()));
        Files.deleteIfExists(run.clocks().resolve(hand.name()));
        Files.deleteIfExists(run.spared().resolve(hand.name()));
    }

    private void tail(Hand hand) throws IOException {
        if (!Files.exists(hand.ledger)) {
            // It has not said yet what it is.
            if (!hand.isRipe(time.nanos())) hands.replace(hand.name(), again(hand));
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(hand.ledger.toFile(), "r")) {
            byte[] more = new byte[(int) Math.max(0, file.length() - hand.read)];
            file.seek(hand.read);
            file.readFully(more);
            hand.read += count(more);
        }
    }

    /** Counts whole lines, and says how many bytes those have. */
    private int count(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.lastIndexOf('\n') + 1;
        for (int at = 0; at < end; at = text.indexOf('\n', at) + 1) {
            if (text.startsWith(Ledger.ACKNOWLEDGED + "\t", at)) acknowledged++;
            if (text.startsWith(Ledger.BEGINS + "\t", at)) begun++;
        }
        return end;
    }

    List<Hand> workers() {
        return of(false);
    }

    List<Hand> submitters() {
        return of(true);
    }

    private List<Hand> of(boolean submits) {
        List<Hand> found = new ArrayList<>();
        for (Hand hand : hands.values()) if (hand.submits == submits && !hand.struck) found.add(hand);
        found.sort((a, b) -> a.name().compareTo(b.name()));
        return found;
    }

    long acknowledged() {
        return acknowledged;
    }

    long begun() {
        return begun;
    }
}
