package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.SteppedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict sees what it must, in folders that a broken queue would leave behind. */
class VerdictTest {
    private static final String OUTCOMES = "{\"outcomes\":\"millrace.batch.v1\"}\n";

    @TempDir
    Path folder;

    private final SteppedTime time = SteppedTime.create();
    private Path queue;
    private Path ledger;
    private Witness witness;

    @BeforeEach
    void makeFolders() throws IOException {
        queue = folder.resolve("queue");
        ledger = Files.createDirectories(folder.resolve("ledger"));
        for (String state : new String[] {"pending", "scheduled", "blocked", "running", "done", "failed", "cancelled"})
            Files.createDirectories(queue.resolve(state));
        witness = new Witness(queue, time);
    }

    private void look() throws IOException {
        witness.step();
        time.advance(Duration.ofMinutes(1));
    }

    private Verdict verdict() throws IOException {
        return Verdict.of(LedgerBook.read(ledger), TerminalRecords.in(queue), witness);
    }

    private void accepted(String... ids) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String id : ids)
            lines.append("S\t").append(id).append("\t1\t\nA\t").append(id).append("\t2\t\n");
        Files.writeString(ledger.resolve("submits-1-t1"), lines);
    }

    private void ran(String... idsAndRuns) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < idsAndRuns.length; i += 2) {
            String rest = "\t" + idsAndRuns[i] + "\t" + (10 + i) + "\t" + idsAndRuns[i + 1] + "\n";
            lines.append('B').append(rest).append('E').append(rest);
        }
        Files.writeString(ledger.resolve("runs-2-t2"), lines);
    }

    private void single(String state, String name, String id, String run) throws IOException {
        Files.writeString(
                queue.resolve(state).resolve(name + ".task.json"),
                "{\"task_id\":\"" + id + "\",\"status\":\"" + state + "\",\"result\":{\"run\":\"" + run + "\"}}");
    }

    private void doneOnce() throws IOException {
        accepted("a", "b", "c");
        ran("a", "2-t2/1", "b", "2-t2/2", "c", "2-t2/3");
        single("done", "1-a", "a", "2-t2/1");
        Files.writeString(
                queue.resolve("done/1-bc.n2.batch.jsonl"),
                "{\"task_id\":\"b\"}\n{\"task_id\":\"c\"}\n" + OUTCOMES + outcome(0, "b", "2-t2/2")
                        + outcome(1, "c", "2-t2/3") + "{\"checksum\":\"0\"}\n");
    }

    private static String outcome(int index, String id, String run) {
        return "{\"index\":" + index + ",\"task_id\":\"" + id + "\",\"status\":\"done\",\"result\":{\"run\":\"" + run
                + "\"}}\n";
    }

    @Test
    void tasks_that_have_ended_once_in_files_of_either_sort_are_fine() throws IOException {
        doneOnce();
        look();
        Verdict verdict = verdict();
        assertThat(witness.seen()).containsOnlyKeys("a", "b", "c");
        assertThat(verdict.isGood()).as(verdict.toString()).isTrue();
        assertThat(verdict.acknowledged()).isEqualTo(3);
        assertThat(verdict.runs()).isEqualTo(3);
    }

    @Test
    void an_acknowledged_task_without_a_trace_is_lost() throws IOException {
        doneOnce();
        Files.delete(queue.resolve("done/1-a.task.json"));
        assertThat(verdict().lost()).containsExactly("a");
        assertThat(verdict().isGood()).isFalse();
    }

    @Test
    void a_task_that_was_handed_in_but_never_acknowledged_may_be_missing() throws IOException {
        Files.writeString(ledger.resolve("submits-1-t1"), "S\ta\t1\t\n");
        assertThat(verdict().isGood()).isTrue();
    }

    @Test
    void a_task_that_still_waits_is_unfinished_and_not_lost() throws IOException {
        accepted("a");
        single("pending", "1-a", "a", "");
        assertThat(verdict().lost()).isEmpty();
        assertThat(verdict().unfinished()).containsExactly("a");
        assertThat(verdict().isGood()).isFalse();
    }

    @Test
    void two_files_of_one_task_are_a_double_record_also_when_one_of_them_waits() throws IOException {
        doneOnce();
        single("failed", "1-a", "a", "");
        assertThat(verdict().doubled()).singleElement().asString().startsWith("a ");
        Files.delete(queue.resolve("failed/1-a.task.json"));
        single("pending", "1-a", "a", "");
        assertThat(verdict().doubled()).singleElement().asString().startsWith("a ");
    }

    @Test
    void two_outcomes_of_one_task_in_a_batch_are_a_double_record() throws IOException {
        doneOnce();
        Path batch = queue.resolve("done/1-bc.n2.batch.jsonl");
        Files.writeString(
                batch, Files.readString(batch).replace("{\"checksum\"", outcome(1, "c", "2-t2/3") + "{\"checksum\""));
        assertThat(verdict().doubled()).singleElement().asString().startsWith("c ");
    }

    @Test
    void a_batch_that_ended_without_an_outcome_of_each_task_is_told() throws IOException {
        doneOnce();
        Path batch = queue.resolve("done/1-bc.n2.batch.jsonl");
        Files.writeString(batch, Files.readString(batch).replace(outcome(1, "c", "2-t2/3"), ""));
        assertThat(verdict().lost()).containsExactly("c");
        assertThat(verdict().oddities()).singleElement().asString().contains("no outcome of c");
    }

    @Test
    void a_result_that_no_run_of_the_task_brought_is_invented() throws IOException {
        doneOnce();
        single("done", "1-a", "a", "2-t2/3");
        assertThat(verdict().invented()).singleElement().asString().startsWith("a is done by a run that never ended");
    }

    @Test
    void a_result_that_was_seen_must_stand() throws IOException {
        doneOnce();
        look();
        ran("a", "2-t2/1", "b", "2-t2/2", "c", "2-t2/3", "a", "2-t2/4");
        single("done", "1-a", "a", "2-t2/4");
        assertThat(verdict().changed()).singleElement().asString().startsWith("a ended with run 2-t2/1, now");
        assertThat(verdict().rerun()).isEqualTo(1);
    }

    @Test
    void so_must_one_in_a_batch() throws IOException {
        doneOnce();
        look();
        ran("a", "2-t2/1", "b", "2-t2/2", "c", "2-t2/3", "c", "2-t2/4");
        Path batch = queue.resolve("done/1-bc.n2.batch.jsonl");
        Files.writeString(batch, Files.readString(batch).replace("2-t2/3", "2-t2/4"));
        look();
        assertThat(verdict().changed()).singleElement().asString().startsWith("c ended with run 2-t2/3, now");
        assertThat(verdict().isGood()).isFalse();
    }

    @Test
    void a_file_that_was_torn_when_it_was_seen_is_told_also_when_it_is_whole_in_the_end() throws IOException {
        doneOnce();
        Path whole = queue.resolve("done/1-a.task.json");
        String content = Files.readString(whole);
        Files.writeString(whole, content.substring(0, content.length() / 2));
        look();
        Files.writeString(whole, content);
        assertThat(verdict().oddities())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one).startsWith("seen while the soak ran: done/1-a.task.json"));
        assertThat(verdict().isGood()).isFalse();
    }

    @Test
    void a_task_that_failed_or_was_called_off_is_no_good_end() throws IOException {
        doneOnce();
        Files.move(queue.resolve("done/1-a.task.json"), queue.resolve("failed/1-a.task.json"));
        single("failed", "1-a", "a", "2-t2/1");
        Path batch = queue.resolve("done/1-bc.n2.batch.jsonl");
        String called = outcome(1, "c", "2-t2/3").replace("\"done\"", "\"cancelled\"");
        Files.writeString(batch, Files.readString(batch).replace(outcome(1, "c", "2-t2/3"), called));
        assertThat(verdict().endedOtherwise())
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("a is not done: ").contains("failed"),
                        one -> assertThat(one).startsWith("c is not done: ").contains("cancelled"));
        assertThat(verdict().invented()).isEmpty();
        assertThat(verdict().isGood()).isFalse();
    }

    @Test
    void torn_files_and_such_that_were_put_aside_are_told() throws IOException {
        doneOnce();
        Files.writeString(queue.resolve("failed/torn.task.json"), "{\"task_id\":");
        Files.writeString(queue.resolve("failed/torn.why.json"), "{}");
        assertThat(verdict().oddities())
                .anySatisfy(one -> assertThat(one).contains("torn.task.json cannot be read"))
                .anySatisfy(one -> assertThat(one).contains("torn.why.json is neither"));
    }
}
