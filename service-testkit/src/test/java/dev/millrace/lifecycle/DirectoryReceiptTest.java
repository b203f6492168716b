package dev.millrace.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.queue.Claim;
import dev.millrace.queue.Submission;
import dev.millrace.task.Outcome;
import dev.millrace.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is awaited when other programs choose the names. */
class DirectoryReceiptTest extends WhyWorld {
    private static final String TASK = "{\"schema\": \"agi.service.task.v1\", \"kind\": \"k\"}";

    private Claim dropped(String name) throws IOException {
        Path file = queue.layout().folder(TaskState.PENDING).resolve(name + ".task.json");
        Files.writeString(file, TASK);
        time.advance(Duration.ofMinutes(1));
        return w1.claim().orElseThrow();
    }

    private void done(Claim claim, String result) throws IOException {
        w1.settle(claim, new Outcome.Done(TextNode.valueOf(result)));
    }

    private TaskReceipt receipt(String name) {
        return new DirectoryReceipt(name, name, Submission.Fate.ADDED, queue, disk, time);
    }

    @Test
    void a_file_whose_name_ends_as_that_of_a_task_in_a_batch_is_awaited() throws Exception {
        Claim claim = dropped("report+7");
        assertThat(receipt("report+7").peek()).isEmpty();
        done(claim, "x");
        assertThat(receipt("report+7").peek().orElseThrow().result()).isEqualTo(TextNode.valueOf("x"));
    }

    @Test
    void of_a_name_that_is_used_again_the_task_is_awaited_that_has_not_ended() throws Exception {
        done(dropped("x"), "yesterday");
        Path ended = queue.layout().folder(TaskState.DONE).resolve("x.task.json");
        Files.setLastModifiedTime(ended, FileTime.from(time.instant()));
        assertThat(receipt("x").peek().orElseThrow().result()).isEqualTo(TextNode.valueOf("yesterday"));
        time.advance(Duration.ofDays(1));
        Claim today = dropped("x");
        assertThat(receipt("x").peek()).isEmpty();
        done(today, "today");
        assertThat(receipt("x").peek().orElseThrow().result()).isEqualTo(TextNode.valueOf("today"));
    }
}
