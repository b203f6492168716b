package dev.millrace.bench;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a task costs at least on its way from one process to another: a file is made, forced, and renamed into a folder;
 * the other process, which does nothing else, notes when it hears of the name. No queue in Java that makes a task durable
 * as a file before it tells anybody can be quicker on this machine.
 */
final class NoticeRun implements Measurement {
    private static final Duration APART = Duration.ofMillis(20);

    private final Time time = Time.system();

    @Override
    public Values run(Assignment assignment) throws IOException, InterruptedException {
        int samples = Math.min(assignment.whole("samples", 300), MarkHandler.MOST / 2);
        int warm = Math.min(assignment.whole("warm", samples), MarkHandler.MOST / 2);
        Path watched = Files.createDirectory(assignment.folder().resolve("watched"));
        Path boardFile = assignment.folder().resolve("board");
        Board board = Board.in(boardFile, MarkHandler.MOST);
        Path output = assignment.folder().resolve("watcher.log");
        ProcessIdentity watcher =
                Processes.local().start(command(watched, boardFile), Map.of(), assignment.folder(), output);
        try {
            Patience patience = new Patience(time, board);
            patience.await("the watcher to listen", () -> Files.exists(watched.resolveSibling("listens")));
            for (int number = 0; number < warm; number++)
                waited(watched, board, patience, number, Duration.ofMillis(3));
            long[] waited = new long[samples];
            for (int i = 0; i < samples; i++) waited[i] = waited(watched, board, patience, warm + i, APART);
            return Values.none().withTimes(waited);
        } finally {
            Processes.local().kill(watcher);
        }
    }

    private static List<String> command(Path watched, Path board) {
        ProcessIdentity self = Processes.local().self();
        return JavaCommand.of(
                NoticeMain.class,
                watched.toString(),
                board.toString(),
                Long.toString(self.pid()),
                self.start(),
                self.host(),
                self.hostId());
    }

    private long waited(Path watched, Board board, Patience patience, int number, Duration pause)
            throws IOException, InterruptedException {
        time.sleep(pause);
        long begin = time.nanos();
        Path draft = watched.resolveSibling("draft");
        try (FileChannel file = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[Payload.BYTES]));
            file.force(true);
        }
        Files.move(draft, watched.resolve(Integer.toString(number)), StandardCopyOption.ATOMIC_MOVE);
        patience.await("name " + number + " to be heard of", () -> board.marked(number) != 0);
        return board.marked(number) - begin;
    }
}
