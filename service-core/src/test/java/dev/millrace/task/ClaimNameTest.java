package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.task.ClaimName.Stage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimNameTest {
    private static final String LIFE = "0123456789abcdef0123456789abcdef";

    @Test
    void a_claim_says_whose_it_is_and_which() {
        ClaimName claim = new ClaimName(new TaskName("x", 2, 1), Stage.CLAIM, LIFE, 17);
        assertThat(claim.fileName()).isEqualTo("x.a2r1.claim-" + LIFE + "-17.task.json");
        assertThat(ClaimName.parse(claim.fileName())).contains(claim);
        assertThat(claim.isForeign()).isFalse();
        assertThat(claim.settled().fileName()).isEqualTo("x.a2r1.settled-" + LIFE + "-17.task.json");
        assertThat(ClaimName.parse(claim.settled().fileName())).contains(claim.settled());
    }

    @Test
    void a_claim_without_a_number_is_agilabs() {
        ClaimName claim = ClaimName.parse("x.claim-" + LIFE + ".task.json").orElseThrow();
        assertThat(claim.isForeign()).isTrue();
        assertThat(claim.task()).isEqualTo(new TaskName("x", 1, 0));
        assertThat(claim.fileName()).isEqualTo("x.claim-" + LIFE + ".task.json");
    }

    @Test
    void a_task_that_is_named_like_a_claim_is_claimed_under_its_whole_name() {
        TaskName task = TaskName.parse("x.claim-" + LIFE + "-1.task.json");
        ClaimName claim = new ClaimName(task, Stage.CLAIM, "f".repeat(32), 2);
        ClaimName read = ClaimName.parse(claim.fileName()).orElseThrow();
        assertThat(read).isEqualTo(claim);
        assertThat(read.task().stem()).isEqualTo("x.claim-" + LIFE + "-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.task.json",
                "x.claim-0123.task.json",
                "x.claim-0123456789ABCDEF0123456789ABCDEF-1.task.json",
                ".claim-0123456789abcdef0123456789abcdef-1.task.json",
                "x.claim-0123456789abcdef0123456789abcdef-1.task.json.tmp",
                "x.claim-0123456789abcdef0123456789abcdef-1234567890123456789.task.json",
                ".x.task.json.recovery-0123456789abcdef0123456789abcdef.tmp",
                ""
            })
    void other_names_are_no_claims(String name) {
        assertThat(ClaimName.parse(name)).isEmpty();
    }

    @Test
    void whatever_the_task_a_claim_reads_back_as_it_was_written() {
        SplittableRandom random = new SplittableRandom(9);
        String[] stems = {"x", "a b", "new\nline", "x.claim-" + LIFE, "x.a2r1.b", "\u00e4", "100%", "."};
        for (int i = 0; i < 2_000; i++) {
            String life = String.format("%016x%016x", random.nextLong(), random.nextLong());
            TaskName task =
                    new TaskName(stems[random.nextInt(stems.length)], 1 + random.nextInt(9), 1 + random.nextInt(9));
            Stage stage = random.nextBoolean() ? Stage.CLAIM : Stage.SETTLED;
            ClaimName claim = new ClaimName(task, stage, life, random.nextLong(1_000_000_000_000_000_000L));
            assertThat(ClaimName.parse(claim.fileName())).contains(claim);
        }
    }
}
