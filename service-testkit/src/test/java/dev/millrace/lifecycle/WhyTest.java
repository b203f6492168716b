package dev.millrace.lifecycle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.lifecycle.Explanation.Cause;
import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Member;
import dev.millrace.queue.TaskView;
import dev.millrace.storage.Disk.DiskLock;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each cause of waiting is made to happen, and {@code why} must name it, with the way out. */
class WhyTest extends WhyWorld {
    /** What the tests of this class have seen; in the end it must be all that there is. */
    private static final Set<Code> SEEN = EnumSet.noneOf(Code.class);

    @AfterEach
    void collect() {
        SEEN.addAll(seen);
    }

    @AfterAll
    static void every_cause_was_seeded() {
        assertThat(EnumSet.complementOf(EnumSet.copyOf(SEEN)))
                .as("causes that no test makes happen")
                .isEmpty();
    }

    // ------------------------------------------------------------------ nothing, the line, what is over

    @Test
    void a_task_that_nothing_holds_back_says_so() throws Exception {
        submit(Task.of("k").id("t"));
        expect("t", Code.NOTHING, "next in line", "free");
    }

    @Test
    void a_task_in_line_tells_how_many_are_before_it() throws Exception {
        for (int i = 0; i < 5; i++) submit(Task.of("k").id("t" + i));
        beat(w1, 0, 0);
        beat(w2, 0, 0);
        expect("t4", Code.IN_LINE, "4 tasks are before t4", "all 2 slots that may take it are taken");
        expect("k", Code.IN_LINE, "slots");
        beat(w1, 0, 1);
        expect("t4", Code.NOTHING, "1 of 2 slots are free");
    }

    @Test
    void a_running_task_names_its_worker_and_an_ended_one_its_end() throws Exception {
        submit(Task.of("k").id("t"));
        Claim claim = w1.claim().orElseThrow();
        expect("t", Code.RUNNING, "worker w1");
        w1.settle(claim, new Outcome.Done(TextNode.valueOf("x")));
        expect("t", Code.ENDED, "done");
    }

    @Test
    void a_task_of_a_dead_worker_is_about_to_come_back() throws Exception {
        submit(Task.of("k").id("t"));
        w1.claim();
        w1 = queue.join(Member.newLife(0, "w1", random));
        beat(w1, 0, 2);
        expect("t", Code.WORKER_DIED, "has died", "millrace status");
    }

    @Test
    void a_blocked_task_names_what_it_waits_for() throws Exception {
        submit(Task.of("k").id("first"));
        submit(Task.of("k").id("t").dependsOn("first"));
        expect("t", Code.DEPENDENCY, "1 other task: first (pending)", "millrace why first");
    }

    // ------------------------------------------------------------------ workers

    @Test
    void a_service_that_is_not_started_is_to_be_started() throws Exception {
        submit(Task.of("k").id("t"));
        Cause cause = why("t", Optional.empty()).get(0);
        assertThat(cause.code()).isEqualTo(Code.NOT_STARTED);
        assertThat(cause.next()).isEqualTo("millrace start --app app");
        assertThat(why("k", Optional.empty())).containsExactly(cause);
    }

    @Test
    void when_no_worker_lives_all_are_told() throws Exception {
        submit(Task.of("k").id("t"));
        time.advance(Duration.ofMinutes(5));
        expect("t", Code.NO_WORKER, "w1 silent", "w2 silent", "millrace status", "df -i");
        expect("k", Code.NO_WORKER, "w1 silent", "w2 silent", "millrace status");
    }

    @Test
    void a_task_for_one_worker_waits_for_that_one() throws Exception {
        submit(Task.of("k").id("t").worker("w1"));
        WorkerOrders.give(disk, queue.layout(), "w1", WorkerOrders.Order.DRAIN);
        expect("t", Code.ITS_WORKER, "worker w1 alone", "drained", "millrace drain --resume w1");
        loseBeatOf("w1");
        expect("t", Code.ITS_WORKER, "not alive");
    }

    @Test
    void a_task_for_a_worker_by_number_waits_for_that_one() throws Exception {
        submit(Task.of("k").id("t").with("worker_idx", 7));
        expect("t", Code.ITS_WORKER, "worker number 7 alone", "none such", "2 workers");
        submit(Task.of("k").id("first").with("worker_idx", 0));
        expect("first", Code.NOTHING, "slots are free");
        submit(Task.of("k").id("both").worker("w1").with("worker_idx", 1));
        expect("both", Code.ITS_WORKER, "worker w1 with number 1 alone");
        submit(Task.of("k").id("anybody").worker("nobody").with("worker_idx", 7));
        expect("anybody", Code.NOTHING, "slots are free");
    }

    @Test
    void a_task_for_a_worker_that_does_not_serve_its_kind_says_so() throws Exception {
        submit(Task.of("k").id("t").worker("w2"));
        expect("t", Code.NOT_SERVED, "w2 serves video");
    }

    @Test
    void a_kind_that_no_living_worker_serves_names_what_they_serve() throws Exception {
        submit(Task.of("k").id("t"));
        loseBeatOf("w1");
        expect("t", Code.NOT_SERVED, "no living worker serves kind k", "w2 serves video", "[service.serves]");
        expect("k", Code.NOT_SERVED, "no living worker serves kind k", "w2 serves video", "[service.serves]");
    }

    @Test
    void drained_workers_are_named() throws Exception {
        submit(Task.of("k").id("t"));
        WorkerOrders.give(disk, queue.layout(), "w1", WorkerOrders.Order.DRAIN);
        expect("t", Code.DRAINED, "drained: w1", "millrace drain --resume w1");
        expect("k", Code.DRAINED, "drained: w1", "millrace drain --resume w1");
    }

    @Test
    void a_clock_that_differs_is_told_and_hides_no_cause() throws Exception {
        submit(Task.of("k").id("t"));
        beat(w1, -30, 2);
        for (String subject : List.of("t", "k")) {
            expect(subject, Code.NOTHING, "slots are free");
            Cause last = why(subject).get(1);
            assertThat(last.code()).isEqualTo(Code.CLOCK_SKEW);
            assertThat(last.says()).contains("worker w1 on far is 30 s behind");
        }
        submit(Task.of("k").id("later").notBefore(time.instant().plusSeconds(90)));
        assertThat(why("later")).extracting(Cause::code).containsExactly(Code.NOT_DUE, Code.CLOCK_SKEW);
    }

    // ------------------------------------------------------------------ pauses

    @Test
    void pauses_are_named_with_their_reason() throws Exception {
        submit(Task.of("k").id("t"));
        queue.control().pause(Optional.of("k"), "the printer is out of paper");
        expect("t", Code.KIND_PAUSED, "kind k is paused", "out of paper", "millrace resume k");
        expect("k", Code.KIND_PAUSED, "out of paper");
        queue.control().pause(Optional.empty(), "the disk is moved");
        expect("t", Code.QUEUE_PAUSED, "the disk is moved", "millrace resume --all");
        expect("k", Code.QUEUE_PAUSED, "the disk is moved", "millrace resume --all");
        assertThat(why("t")).extracting(Cause::code).contains(Code.QUEUE_PAUSED, Code.KIND_PAUSED);
    }

    @Test
    void a_pause_of_the_default_kind_is_named_for_tasks_without_a_kind() throws Exception {
        submit(Task.ofDefaultKind().id("t"));
        queue.control().pause(Optional.of("plain"), "the printer is out of paper");
        expect("t", Code.KIND_PAUSED, "kind plain is paused", "out of paper", "millrace resume plain");
        expect("plain", Code.KIND_PAUSED, "kind plain is paused", "out of paper", "millrace resume plain");
    }

    @Test
    void who_holds_a_job_back_is_named() throws Exception {
        submit(Task.of("k").id("nightly.1.fetch"));
        queue.control().hold("nightly", "pressure", "the memory is full");
        expect("nightly.1.fetch", Code.JOB_PAUSED, "job nightly is held back by pressure", "the memory is full");
        expect("nightly.1.fetch", Code.JOB_PAUSED, "job.resume for job_id nightly");
        queue.control().letGo("nightly", "pressure");
        queue.control().hold("nightly", "limit", "as many jobs run as may");
        expect("nightly.1.fetch", Code.JOB_PAUSED, "held back by limit", "wait until another job has ended");
    }

    // ------------------------------------------------------------------ time

    @Test
    void a_task_that_is_not_due_tells_when_it_is() throws Exception {
        submit(Task.of("k").id("t").notBefore(time.instant().plusSeconds(90)));
        expect("t", Code.NOT_DUE, "90.0 s", "millrace requeue t");
    }

    @Test
    void a_task_that_failed_tells_when_it_is_tried_again() throws Exception {
        submit(Task.of("k").id("t"));
        w1.settle(w1.claim().orElseThrow(), new Outcome.Retry("no network", Duration.ofSeconds(30)));
        expect("t", Code.BACK_OFF, "attempt 1 did not succeed", "attempt 2", "millrace requeue t");
    }

    @Test
    void a_task_that_its_handler_put_off_tells_why_and_until_when() throws Exception {
        submit(Task.of("k").id("t"));
        w1.settle(w1.claim().orElseThrow(), snoozed());
        expect("t", Code.BACK_OFF, "put off by its handler until", "in 30.0 s: the file is not there", "requeue t");
        assertThat(why("t").get(0).says()).doesNotContain("attempt");
    }

    @Test
    void a_task_that_was_put_off_in_a_later_attempt_is_not_said_to_have_failed() throws Exception {
        submit(Task.of("k").id("t"));
        w1.settle(w1.claim().orElseThrow(), new Outcome.Retry("no network", Duration.ZERO));
        w1.settle(claimSoon(), snoozed());
        expect("t", Code.BACK_OFF, "put off by its handler", "the file is not there");
    }

    private static Outcome snoozed() {
        return new Outcome.Snoozed("the file is not there", Duration.ofSeconds(30));
    }

    private Claim claimSoon() throws IOException {
        time.advance(Duration.ofSeconds(2));
        return w1.claim().orElseThrow();
    }

    @Test
    void a_task_that_is_due_and_not_let_in_tells_who_keeps_the_house() throws Exception {
        submit(Task.of("k").id("t").notBefore(time.instant().plusSeconds(5)));
        time.advance(Duration.ofSeconds(20));
        beat(w1, 0, 2);
        expect("t", Code.LEASE, "no living worker holds the housekeeping lease");
        keepsHouse(w1);
        expect("t", Code.LEASE, "worker w1 holds the housekeeping lease", "stop --force");
    }

    @Test
    void a_dropped_task_whose_name_is_taken_names_the_file_in_its_way() throws Exception {
        String document = "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\"}";
        Path pending =
                Files.writeString(queue.layout().folder(TaskState.PENDING).resolve("t.task.json"), document);
        Files.writeString(queue.layout().folder(TaskState.SCHEDULED).resolve(time.millis() + "-t.task.json"), document);
        time.advance(Duration.ofSeconds(20));
        beat(w1, 0, 2);
        w1.promote();
        expect("t", Code.NAME_TAKEN, pending.toString(), "mv ");
        Files.delete(pending);
        expect("t", Code.LEASE, "housekeeping lease");
    }

    // ------------------------------------------------------------------ limits, the disk and locks

    @Test
    void a_full_kind_names_who_holds_it() throws Exception {
        submit(Task.of("narrow").id("first"));
        submit(Task.of("narrow").id("t"));
        w1.claim();
        expect("t", Code.KIND_FULL, "as may, 1: first on w1", "max_running");
        expect("narrow", Code.KIND_FULL, "first on w1");
    }

    @Test
    void a_full_key_names_who_holds_it() throws Exception {
        submit(Task.of("k").id("first").concurrencyKey("customer 7"));
        submit(Task.of("k").id("t").concurrencyKey("customer 7"));
        w1.claim();
        expect("t", Code.KEY_FULL, "'customer 7'", "first on w1", "max_running_per_key");
    }

    @Test
    void a_rate_that_is_used_up_tells_when_the_next_may_begin() throws Exception {
        submit(Task.of("slow").id("first"));
        submit(Task.of("slow").id("t"));
        w1.claim();
        expect("t", Code.RATE, "1/60min", "in 60 min", "[service.kinds.slow]");
        expect("slow", Code.RATE, "1/60min", "in 60 min", "[service.kinds.slow]");
    }

    @Test
    void a_breaker_that_is_open_tells_when_one_may_try() throws Exception {
        submit(Task.of("frail").id("first"));
        submit(Task.of("frail").id("t"));
        w1.settle(w1.claim().orElseThrow(), new Outcome.Failed("down", ""));
        expect("t", Code.BREAKER, "1 attempts of kind frail", "tries in 60.0 s", "millrace resume frail");
        expect("frail", Code.BREAKER, "1 attempts of kind frail", "tries in 60.0 s", "millrace resume frail");
    }

    @Test
    void a_full_disk_is_told() throws Exception {
        submit(Task.of("k").id("t"));
        free = 4_096;
        expect("t", Code.DISK_FULL, "4096 bytes left", "free space");
        expect("k", Code.DISK_FULL, "4096 bytes left", "free space");
    }

    @Test
    void a_lock_that_somebody_does_not_let_go_is_named() throws Exception {
        submit(Task.of("narrow").id("limited"));
        submit(Task.of("k").id("keyed").concurrencyKey("customer 7"));
        submit(Task.of("k").id("free"));
        try (DiskLock stopped =
                disk.tryLock(queue.layout().control().resolve("limits.lock")).orElseThrow()) {
            for (String subject : List.of("limited", "keyed", "narrow"))
                expect(subject, Code.LOCK_HELD, "limits.lock", "fuser");
            expect("free", Code.NOTHING, "slots are free");
        }
        expect("limited", Code.NOTHING, "slots are free");
    }

    @Test
    void the_lock_of_a_unique_key_is_named_for_a_dropped_task() throws Exception {
        submit(Task.of("k").id("ours").uniqueKey("report"));
        Path lock = disk.sortedNames(queue.layout().unique()).stream()
                .filter(name -> name.endsWith(".lock"))
                .map(queue.layout().unique()::resolve)
                .findFirst()
                .orElseThrow();
        Files.writeString(
                queue.layout().folder(TaskState.PENDING).resolve("t.task.json"),
                "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\", \"unique_key\": \"report\"}");
        try (DiskLock stopped = disk.tryLock(lock).orElseThrow()) {
            expect("t", Code.LOCK_HELD, lock.toString());
            expect("ours", Code.NOTHING, "slots are free");
        }
    }

    // ------------------------------------------------------------------ looking

    @Test
    void looking_changes_nothing_and_what_is_not_there_is_said() throws Exception {
        submit(Task.of("k").id("t"));
        submit(Task.of("slow").id("rated").concurrencyKey("customer 7"));
        submit(Task.of("k").id("waits").dependsOn("t"));
        Map<Path, String> before = everything();
        for (String subject : List.of("t", "k", "rated", "slow", "waits", "frail")) why(subject);
        assertThat(everything()).isEqualTo(before);
        assertThatThrownBy(() -> why("nobody"))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("neither a task nor a kind 'nobody'")
                .hasMessageContaining(TaskView.DROPPED_FILES);
    }

    /** Every file and folder with its time, and what it holds. */
    private Map<Path, String> everything() throws IOException {
        Map<Path, String> found = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.toList())
                found.put(
                        path,
                        Files.getLastModifiedTime(path)
                                + (Files.isRegularFile(path) ? Files.readString(path, ISO_8859_1) : ""));
        }
        return found;
    }
}
