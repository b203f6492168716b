package dev.millrace.bench;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/** Hears of names in a folder and marks them: {@code NoticeMain <folder> <board> <process>}. It ends with that process. */
final class NoticeMain {
    private NoticeMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path watched = Path.of(args[0]);
        Board board = Board.in(Path.of(args[1]), MarkHandler.MOST);
        ProcessIdentity parent = new ProcessIdentity(Long.parseLong(args[2]), args[3], args[4], args[5]);
        Time time = Time.system();
        try (WatchService service = watched.getFileSystem().newWatchService()) {
            watched.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            Files.createFile(watched.resolveSibling("listens"));
            while (Processes.local().look(parent) == Processes.Existence.ALIVE) {
                WatchKey key = service.poll(1, TimeUnit.SECONDS);
                if (key == null) continue;
                long now = time.nanos();
                for (WatchEvent<?> event : key.pollEvents())
                    board.mark(Integer.parseInt(String.valueOf(event.context())), now);
                key.reset();
            }
        }
    }
}
