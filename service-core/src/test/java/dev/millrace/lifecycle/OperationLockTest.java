package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.time.Time;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for the lock of a service, and who is refused, though the holder's name may be missing or not yet written. */
class OperationLockTest {
    private static final ProcessIdentity SOMEBODY = new ProcessIdentity(7, "s", "host", "id");

    @TempDir
    Path folder;

    private final Waiting time = new Waiting();

    /** Time that passes only by waiting; something may happen after so much of it. */
    private static final class Waiting implements Time {
        private long nanos;
        private long happensAt = Long.MAX_VALUE;
        private Runnable happens = () -> {};

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration length) {
            nanos += length.toNanos();
            if (nanos >= happensAt) happens.run();
        }

        void after(Duration wait, Runnable action) {
            happensAt = nanos + wait.toNanos();
            happens = action;
        }
    }

    private OperationLock lock(Disk disk) {
        return new OperationLock(new ServiceFiles(disk, folder), time, SOMEBODY);
    }

    private DiskLock held(Disk disk, String operation) throws IOException {
        return lock(disk).tryTake(operation).orElseThrow();
    }

    private static Disk fullDisk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create"))
                        throw new FileSystemException(String.valueOf(arguments[0]), null, "No space left on device");
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(Disk.local(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isTakenFor(String operation) throws Exception {
        try (DiskLock mine = lock(Disk.local()).take(operation)) {
            return mine != null;
        }
    }

    @Test
    void another_operation_is_refused_by_the_name_of_the_one_under_way() throws Exception {
        try (DiskLock start = held(Disk.local(), "serve:start")) {
            assertThatThrownBy(() -> isTakenFor("serve:stop"))
                    .isInstanceOf(ServiceException.Busy.class)
                    .hasMessageContaining("'serve:start'");
            assertThat(start).isNotNull();
        }
        assertThat(time.nanos()).as("soon").isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void who_only_mends_is_waited_for() throws Exception {
        DiskLock mending = held(Disk.local(), "reconcile");
        time.after(Duration.ofSeconds(30), mending::close);
        assertThat(isTakenFor("serve:stop")).isTrue();
    }

    @Test
    void who_mends_on_a_full_disk_is_not_taken_for_the_start_before() throws Exception {
        held(Disk.local(), "serve:start").close();
        DiskLock mending = held(fullDisk(), "reconcile");
        time.after(Duration.ofSeconds(30), mending::close);
        assertThat(isTakenFor("serve:stop")).isTrue();
    }

    @Test
    void who_has_not_written_its_name_yet_is_not_taken_for_the_start_before() throws Exception {
        held(Disk.local(), "serve:start").close();
        Path file = new ServiceFiles(Disk.local(), folder).lock();
        DiskLock nameless = Disk.local().tryLock(file).orElseThrow();
        time.after(Duration.ofMillis(100), nameless::close);
        assertThat(isTakenFor("serve:stop")).isTrue();
    }
}
