package dev.millrace.lifecycle;

import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.queue.Claim;
import dev.millrace.task.Outcome;
import dev.millrace.task.Task;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said of tasks without a kind names the kind whose limits they have. */
class WhyDefaultKindTest extends WhyWorld {
    @Override
    String moreSettings() {
        return """
            [service.kinds.plain]
            max_running = 2
            rate = "3/h"
            circuit_breaker = { failures = 1, probe_after = 60 }
            """;
    }

    private Claim running(String id) throws Exception {
        submit(Task.ofDefaultKind().id(id).concurrencyKey(id));
        time.advance(Duration.ofSeconds(2));
        return w1.claim().orElseThrow();
    }

    @Test
    void each_limit_of_the_default_kind_is_named_with_a_way_out_that_can_be_gone() throws Exception {
        Claim first = running("first");
        submit(Task.ofDefaultKind().id("t").concurrencyKey("first"));
        expect("t", Code.KEY_FULL, "first on w1", "max_running_per_key in [service.kinds.plain],");
        Claim second = running("second");
        expect("t", Code.KIND_FULL, "as many of kind plain run", "max_running in [service.kinds.plain],");
        w1.settle(second, new Outcome.Cancelled("enough"));
        running("third");
        w1.settle(first, new Outcome.Cancelled("enough"));
        expect("t", Code.RATE, "kind plain may begin 3/60min", "rate in [service.kinds.plain],");
    }

    @Test
    void its_breaker_is_ended_by_its_name() throws Exception {
        Claim first = running("first");
        submit(Task.ofDefaultKind().id("t"));
        w1.settle(first, new Outcome.Failed("down", ""));
        expect("t", Code.BREAKER, "1 attempts of kind plain", "let it begin at once: millrace resume plain");
    }
}
