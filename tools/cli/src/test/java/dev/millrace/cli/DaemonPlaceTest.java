package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.liveness.ProcessIdentity;
import dev.millrace.liveness.Processes;
import dev.millrace.rpc.socket.DaemonLock;
import dev.millrace.storage.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DaemonPlaceTest extends WithDaemons {
    private static void write(ProcessIdentity process, Path place) throws Exception {
        new DaemonStamp(process, place.resolve("daemon.sock"), 1 << 20).write(Disk.local(), place);
        Files.writeString(place.resolve(DaemonLock.PID_FILE), process.pid() + "\n");
    }

    @Test
    void the_number_of_a_daemon_that_was_killed_is_not_told_as_that_of_its_successor() throws Exception {
        Path place = Files.createDirectories(cli.share().resolve("daemon"));
        ProcessIdentity self = Processes.local().self();
        String running = "a daemon is already running";
        try (Disk.DiskLock held =
                Disk.local().tryLock(place.resolve(DaemonLock.LOCK_FILE)).orElseThrow()) {
            assertThat(held).isNotNull();
            write(self, place);
            assertThat(foreground()).contains(running + " (PID " + self.pid() + ")");
            write(new ProcessIdentity(self.pid(), "long ago", self.host(), self.hostId()), place);
            assertThat(foreground()).contains(running).doesNotContain("PID");
        }
    }

    private String foreground() {
        return cli.run("daemon", "start", "--foreground")
                .expect(ExitCode.FAILED)
                .err();
    }
}
