package dev.millrace.storage;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@link Disk.FolderWatch} on the operating system's own notification (inotify on Linux). */
final class LocalFolderWatch implements Disk.FolderWatch {
    private final WatchService service;

    private LocalFolderWatch(WatchService service) {
        this.service = service;
    }

    static LocalFolderWatch over(List<Path> folders) throws IOException {
        WatchService service = folders.get(0).getFileSystem().newWatchService();
        try {
            for (Path folder : folders) folder.register(service, StandardWatchEventKinds.ENTRY_CREATE);
        } catch (IOException e) {
            service.close();
            throw e;
        }
        return new LocalFolderWatch(service);
    }

    @Override
    public Disk.Changes await(Duration atMost) throws InterruptedException {
        List<Path> added = new ArrayList<>();
        try {
            WatchKey first = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return new Disk.Changes(added, drain(first, added));
        } catch (ClosedWatchServiceException closed) {
            return new Disk.Changes(added, false);
        }
    }

    private boolean drain(@Nullable WatchKey first, List<Path> added) {
        boolean overflow = false;
        for (WatchKey key = first; key != null; key = service.poll()) {
            for (WatchEvent<?> event : key.pollEvents()) {
                if (event.context() instanceof Path name) add(added, (Path) key.watchable(), name);
                else overflow = true;
            }
            overflow |= !key.reset();
        }
        return overflow;
    }

    private static void add(List<Path> added, Path folder, Path name) {
        if (LocalDisk.canBeSpelled(name.toString(), folder, folder.resolve(name))) added.add(folder.resolve(name));
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
