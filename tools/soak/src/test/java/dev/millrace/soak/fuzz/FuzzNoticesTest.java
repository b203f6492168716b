package dev.millrace.soak.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.FileFacts;
import dev.millrace.storage.NotARegularFileException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.SimulatedDisk;
import dev.millrace.time.Time;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the fuzz is there to find is found: on disks that lose, move or hold up a made-up task file, a round fails. */
@Tag("once")
class FuzzNoticesTest {
    private static final long SEED = 20_261_121;
    private static final long DOCUMENTS = 1_000;

    @TempDir
    Path scratch;

    /** Is done before an operation on the disk of a round. */
    private interface Mischief {
        void before(SimulatedDisk disk, DiskCall call) throws IOException;
    }

    private FuzzReport fuzz(Duration longestRound, Mischief mischief) throws Exception {
        FuzzSetting setting = FuzzSetting.of(words -> true)
                .withLongestRound(longestRound)
                .withMemory(time -> {
                    SimulatedDisk disk = SimulatedDisk.empty(time);
                    disk.observe((process, call) -> mischief.before(disk, call));
                    return disk.as("fuzz");
                });
        return new FuzzRun(SEED, DOCUMENTS, scratch, setting, Time.system(), text -> {}).run();
    }

    private static void expectTold(FuzzReport report, String what) {
        assertThat(report.isGood()).isFalse();
        assertThat(report.failure().orElseThrow()).contains("--fuzz 1 --seed ").contains(what);
        assertThat(report.saved().orElseThrow()).isNotEmptyDirectory();
    }

    private static boolean isMadeUp(Path file) {
        return String.valueOf(file.getFileName()).contains("fz");
    }

    private static boolean ends(DiskCall call) {
        return call.is(Operation.RENAME) && call.isIn("done") && isMadeUp(call.path());
    }

    @Test
    void a_disk_without_mischief_is_good_enough() throws Exception {
        FuzzReport report = fuzz(Duration.ofMinutes(1), (disk, call) -> {});
        assertThat(report.isGood()).as(String.join("\n", report.toLines())).isTrue();
    }

    @Test
    void a_round_that_loses_a_file_is_told() throws Exception {
        FuzzReport report = fuzz(Duration.ofMinutes(1), (disk, call) -> {
            if (ends(call)) disk.delete(call.path());
        });
        expectTold(report, " lies in 0 places");
    }

    @Test
    void a_round_that_moves_a_file_that_had_come_to_rest_is_told() throws Exception {
        FuzzReport report = fuzz(Duration.ofMinutes(1), (disk, call) -> {
            if (call.is(Operation.READ) && call.isIn("done") && isMadeUp(call.path()))
                disk.rename(
                        call.path(),
                        call.path()
                                .resolveSibling("../pending/" + call.path().getFileName())
                                .normalize());
        });
        expectTold(report, " has not come to rest");
    }

    /** As it was, and with a reason, so that only its end tells that nothing was wrong with it. */
    @Test
    void a_round_that_puts_a_good_document_aside_is_told() throws Exception {
        FuzzReport report = fuzz(Duration.ofMinutes(1), (disk, call) -> {
            if (call.is(Operation.READ) && call.isIn("running") && isMadeUp(call.path()))
                throw new NotARegularFileException(call.path(), FileFacts.Kind.FOLDER);
        });
        expectTold(report, " was good, and is not done, but put aside");
    }

    @Test
    void a_round_that_takes_away_what_is_no_task_is_told() throws Exception {
        FuzzReport report = fuzz(Duration.ofMinutes(1), (disk, call) -> {
            if (!call.is(Operation.LIST) || !call.path().endsWith("pending")) return;
            for (String name : disk.sortedNames(call.path()))
                if (isMadeUp(Path.of(name)) && !name.endsWith(".task.json") && !name.endsWith(".batch.jsonl"))
                    disk.delete(call.path().resolve(name));
        });
        expectTold(report, " is no task's, and was not left as it was");
    }

    @Test
    void a_round_that_hangs_is_told() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        try {
            FuzzReport report = fuzz(Duration.ofMillis(300), (disk, call) -> {
                if (ends(call)) await(enough);
            });
            expectTold(report, "takes longer than 300 ms");
        } finally {
            enough.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
